-- What the pipeline brings in a day: open opportunities x win rate x average deal / sales cycle, and how fast it moves.
-- Win rate, average deal and sales cycle are those of the period. moves: times an opportunity went from one stage to
-- another in the period; moves_per_week: that, for 7 days of it (counted from the first move there is); days_per_stage: how long these had stood where they left.
with

standing as (

    select deals
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select 1 as deals
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    )
    where
        cast(:narrowed as boolean)
        and status = 'open'

),

closed as (

    select
        won,
        lost,
        won_value,
        won_days
    from closed_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and day >= :since
        and day < :until
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
        case when status = 'won' then 1 else 0 end as won,
        case when status = 'lost' then 1 else 0 end as lost,
        case when status = 'won' then coalesce(value, 0) else 0 end as won_value,
        case when status = 'won' then closed_on - created_on else 0 end as won_days
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    )
    where
        cast(:narrowed as boolean)
        and closed_on >= :since
        and closed_on < :until

),

left_it as (

    select
        moved_on,
        days
    from stage_days
    where
        not cast(:narrowed as boolean)
        and cast(:rep as uuid) is null
        and shop_id = :shop_id
        and day >= :since
        and day < :until
    union all
    select
        1 as moved_on,
        coalesce(stage_changes.days, 0) as days
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    ) as deals
    inner join stage_changes
        on
            stage_changes.shop_id = :shop_id
            and deals.id = stage_changes.opportunity_id
    where
        (cast(:narrowed as boolean) or cast(:rep as uuid) is not null)
        and stage_changes.from_stage_id is not null
        and stage_changes.happened_on >= :since
        and stage_changes.happened_on < :until

),

open_now as (

    select coalesce(sum(deals), 0) as deals from standing

),

ended as (

    select
        coalesce(sum(won), 0) as won,
        coalesce(sum(lost), 0) as lost,
        coalesce(sum(won_value), 0) as won_value,
        coalesce(sum(won_days), 0) as won_days
    from closed

),

moved as (

    select
        coalesce(sum(moved_on), 0) as moves,
        coalesce(sum(days), 0) as days
    from left_it

)

select
    round(
        open_now.deals * ended.won_value * cast(ended.won as numeric)
        / nullif(cast(ended.won + ended.lost as numeric) * ended.won_days, 0),
        2
    ) as value,
    jsonb_build_array(
        jsonb_build_object(
            'open', open_now.deals,
            'moves', moved.moves,
            'moves_per_week', round(7.0 * moved.moves / (cast(:until as date) - least(greatest(cast(:since as date), span.first_day), cast(:until as date) - 1)), 1),
            'days_per_stage', round(cast(moved.days as numeric) / nullif(moved.moves, 0), 1)
        )
    ) as rows
from open_now
cross join ended
cross join moved
cross join lateral (
    select coalesce(min(stage_days.day), cast(:since as date)) as first_day
    from stage_days
    where stage_days.shop_id = :shop_id
) as span

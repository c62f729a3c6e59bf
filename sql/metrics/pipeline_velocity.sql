-- What the pipeline brings in a day: open opportunities x win rate x average deal / sales cycle, and how fast it moves.
-- Win rate, average deal and sales cycle are those of the period. moves: times an opportunity went from one stage to
-- another in the period; moves_per_week: that, for 7 days of it (counted from the first move there is); days_per_stage: how
-- long these had stood where they left.
with

open_now as (

    select coalesce(sum(deals), 0) as deals
    from open_sums(:shop_id, cast(:these as jsonb))

),

ended as (

    select
        coalesce(sum(won), 0) as won,
        coalesce(sum(lost), 0) as lost,
        coalesce(sum(won_value), 0) as won_value,
        coalesce(sum(won_days), 0) as won_days
    from closed_sums(:shop_id, cast(:these as jsonb), :since, :until)

),

moved as (

    select
        coalesce(sum(moved_on), 0) as moves,
        coalesce(sum(days), 0) as days
    from move_sums(:shop_id, cast(:these as jsonb), :since, :until)

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
            'moves_per_week', round(7.0 * moved.moves / span.days, 1),
            'days_per_stage', round(cast(moved.days as numeric) / nullif(moved.moves, 0), 1)
        )
    ) as rows
from open_now
cross join ended
cross join moved
cross join lateral (
    select
        cast(:until as date) - least(
            greatest(cast(:since as date), min(stage_days.day)), cast(:until as date) - 1
        ) as days
    from stage_days
    where
        stage_days.shop_id = :shop_id
        and stage_days.facet = ''
        and stage_days.rep_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
        and stage_days.came > 0
) as span

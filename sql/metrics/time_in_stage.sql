-- For each open stage: how many opportunities left it in the period, after how many days on average, and how many stand
-- there now; of these, how many for longer than the stage expects.
-- A stage with none stands here with zeros; days is null where none left. expected_days: null where nothing is expected.
with

left_it as (

    select
        stage_id,
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
        stage_changes.from_stage_id as stage_id,
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

summed as (

    select
        stage_id,
        sum(moved_on) as moved_on,
        sum(days) as days
    from left_it
    group by stage_id

),

standing as (

    select
        stage_id,
        sum(deals) as deals
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    group by stage_id
    union all
    select
        stage_id,
        count(*) as deals
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
    group by stage_id

)

select
    stages.id as stage_id,
    stages.name as stage,
    stages.expected_days,
    cast(coalesce(summed.moved_on, 0) as integer) as moved_on,
    round(summed.days / nullif(cast(summed.moved_on as numeric), 0), 1) as days,
    cast(coalesce(standing.deals, 0) as integer) as standing,
    cast(stuck.deals as integer) as stuck
from stages
left join summed on stages.id = summed.stage_id
left join standing on stages.id = standing.stage_id
cross join lateral (
    select count(*) as deals
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    ) as deals
    where
        deals.status = 'open'
        and deals.stage_id = stages.id
        and deals.stage_since_on < cast(:tomorrow as date) - 1 - stages.expected_days
) as stuck
where
    stages.shop_id = :shop_id
    and stages.outcome is null
    and (stages.retired_at is null or standing.deals > 0 or summed.moved_on > 0)
order by
    stages.position,
    stages.id

-- For each open stage: how many opportunities left it in the period, after how many days on average, and how many stand
-- there now; of these, how many for longer than the stage expects.
-- A stage with none stands here with zeros; days is null where none left. expected_days: null where nothing is expected.
with

summed as (

    select
        stage_id,
        sum(moved_on) as moved_on,
        sum(days) as days
    from move_sums(:shop_id, cast(:these as jsonb), :since, :until)
    group by stage_id

),

standing as (

    select
        summed.stage_id,
        sum(summed.deals) as deals,
        sum(summed.deals) filter (
            where summed.since_on < cast(:tomorrow as date) - 1 - stages.expected_days
        ) as stuck
    from standing_sums(:shop_id, cast(:these as jsonb)) as summed
    inner join stages
        on
            stages.shop_id = :shop_id
            and summed.stage_id = stages.id
    group by summed.stage_id

)

select
    stages.id as stage_id,
    stages.name as stage,
    stages.expected_days,
    cast(coalesce(summed.moved_on, 0) as integer) as moved_on,
    round(summed.days / nullif(cast(summed.moved_on as numeric), 0), 1) as days,
    cast(coalesce(standing.deals, 0) as integer) as standing,
    cast(coalesce(standing.stuck, 0) as integer) as stuck
from stages
left join summed on stages.id = summed.stage_id
left join standing on stages.id = standing.stage_id
where
    stages.shop_id = :shop_id
    and stages.outcome is null
    and (stages.retired_at is null or standing.deals > 0 or summed.moved_on > 0)
order by
    stages.position,
    stages.id

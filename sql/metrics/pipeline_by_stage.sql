-- Open opportunities in each open stage, in the order of the stages: how many, what they are worth, and weighted.
-- A stage with none stands here with zeros. Those without a value count as worth nothing, and are counted apart. Weighted:
-- value times the probability, an opportunity's own or the stage's.
with

summed as (

    select
        stage_id,
        sum(deals) as deals,
        sum(without_value) as without_value,
        sum(value) as value,
        sum(own_value) as own_value,
        sum(own_weighted) as own_weighted
    from open_sums(:shop_id, cast(:these as jsonb))
    group by stage_id

)

select
    stages.id as stage_id,
    stages.name as stage,
    stages.probability,
    cast(coalesce(summed.deals, 0) as integer) as opportunities,
    cast(coalesce(summed.value, 0) as numeric(18, 2)) as value,
    cast(
        coalesce(summed.own_weighted + (summed.value - summed.own_value) * stages.probability / 100, 0)
        as numeric(18, 2)
    ) as weighted,
    cast(coalesce(summed.without_value, 0) as integer) as without_value
from stages
left join summed on stages.id = summed.stage_id
where
    stages.shop_id = :shop_id
    and stages.outcome is null
    and (stages.retired_at is null or summed.deals > 0)
order by
    stages.position,
    stages.id

-- Open opportunities in each open stage, in the order of the stages: how many, what they are worth, and weighted.
-- A stage with none stands here with zeros. Those without a value count as worth nothing, and are counted apart. Weighted:
-- value times the probability, an opportunity's own or the stage's.
with

narrowed as (

    select
        stage_id,
        count(*) as deals,
        count(*) filter (where value is null) as without_value,
        coalesce(sum(value), 0) as value,
        coalesce(sum(value) filter (where probability is not null), 0) as own_value,
        coalesce(sum(value * probability / 100.0), 0) as own_weighted
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

),

summed as (

    select
        stage_id,
        sum(deals) as deals,
        sum(without_value) as without_value,
        sum(value) as value,
        sum(own_value) as own_value,
        sum(own_weighted) as own_weighted
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    group by stage_id
    union all
    select
        stage_id,
        deals,
        without_value,
        value,
        own_value,
        own_weighted
    from narrowed

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

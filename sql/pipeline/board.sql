-- The board: of each open stage the opportunities that are worth most, so many of them.
-- The sums say which stages hold any that are meant: the others need not be searched for them.
with

filled as (

    select stage_id
    from open_sums(:shop_id, cast(:these as jsonb))
    group by stage_id
    having sum(deals) > 0

)

select
    stages.id as stage_id,
    deals.id,
    deals.name,
    deals.customer_id,
    coalesce(customers.name, customers.company_name) as customer_name,
    deals.value,
    coalesce(deals.probability, stages.probability) as likelihood,
    deals.expected_close_on,
    memberships.name as rep_name,
    cast(:today as date) - deals.stage_since_on as days_in_stage,
    coalesce(cast(:today as date) - deals.stage_since_on > stages.expected_days, false) as is_stuck
from filled
inner join stages
    on
        stages.shop_id = :shop_id
        and filled.stage_id = stages.id
cross join lateral (
    select opportunities.*
    from narrowed_deals(:shop_id, cast(:these as jsonb)) as opportunities
    where
        opportunities.status = 'open'
        and opportunities.stage_id = stages.id
    order by
        opportunities.value desc nulls last,
        opportunities.id
    limit cast(:most as integer)
) as deals
left join customers
    on
        customers.shop_id = :shop_id
        and deals.customer_id = customers.id
left join memberships
    on
        memberships.shop_id = :shop_id
        and deals.rep_id = memberships.staff_id
where stages.outcome is null
order by
    stages.position,
    stages.id,
    deals.value desc nulls last,
    deals.id

-- The board: of each open stage the opportunities that are worth most, so many of them.
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
from stages
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
where
    stages.shop_id = :shop_id
    and stages.outcome is null
order by
    stages.position,
    stages.id,
    deals.value desc nulls last,
    deals.id

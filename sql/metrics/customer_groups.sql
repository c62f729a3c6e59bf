-- Customers by how lately and how often they bought, and how much they spent: best, loyal, at risk, lost and the like.
-- As of now, whatever the period. The rules stand in sql/functions/customer_group.sql.
with

so_far as (

    select coalesce(sum(customer_revenue) / nullif(sum(buyers), 0), 0) as average_spent
    from shop_days
    where shop_id = :shop_id

),

grouped as (

    select
        customers.total_spent,
        customer_group(
            cast(:tomorrow as date) - 1,
            active_day_settings.active_days,
            so_far.average_spent,
            customers.order_count,
            customers.last_purchase_on,
            customers.total_spent
        ) as customer_group
    from customers
    inner join active_day_settings on customers.shop_id = active_day_settings.shop_id
    cross join so_far
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null

)

select
    all_groups.name as customer_group,
    count(grouped.customer_group) as customers,
    coalesce(sum(grouped.total_spent), 0) as total_spent
from
    unnest(
        array['best', 'loyal', 'big', 'returning', 'new', 'at_risk', 'cooling', 'win_back', 'drifting', 'lost', 'never']
    ) with ordinality as all_groups (name, place)
left join grouped on all_groups.name = grouped.customer_group
group by
    all_groups.name,
    all_groups.place
order by all_groups.place

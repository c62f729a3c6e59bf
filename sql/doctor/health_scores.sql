-- Customers whose health score is not that of the last day that counts.
select
    cast(customers.id as text) as subject,
    count(*) over () as found,
    concat(
        coalesce(cast(customers.health_score as text), 'none'),
        ', not ',
        coalesce(cast(health_truth.health_score as text), 'none')
    ) as health_score
from customers
left join health_truth
    on
        customers.shop_id = health_truth.shop_id
        and customers.id = health_truth.customer_id
where
    customers.shop_id = :shop_id
    and customers.health_score is distinct from health_truth.health_score
order by customers.id
limit :most

-- Customers whose day of the last talk differs from a recount.
select
    cast(customers.id as text) as subject,
    count(*) over () as found,
    concat(
        coalesce(cast(customers.last_talk_on as text), 'none'),
        ', not ',
        coalesce(cast(talk_truth.last_talk_on as text), 'none')
    ) as last_talk_on
from customers
left join talk_truth
    on
        customers.shop_id = talk_truth.shop_id
        and customers.id = talk_truth.customer_id
where
    customers.shop_id = :shop_id
    and customers.last_talk_on is distinct from talk_truth.last_talk_on
order by customers.id
limit :most

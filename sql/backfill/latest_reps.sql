-- Customers whom nobody looks after: the sales rep of each one's most recent sale that names somebody who still sells.
select distinct on (customers.id)
    customers.id as customer_id,
    orders.rep_id
from customers
inner join orders
    on
        customers.shop_id = orders.shop_id
        and customers.id = orders.customer_id
inner join memberships
    on
        orders.shop_id = memberships.shop_id
        and orders.rep_id = memberships.staff_id
where
    customers.shop_id = :shop_id
    and customers.hidden_at is null
    and customers.rep_id is null
    and orders.status = 'completed'
    and memberships.sells
    and memberships.is_active
order by
    customers.id,
    orders.ordered_at desc,
    orders.id desc

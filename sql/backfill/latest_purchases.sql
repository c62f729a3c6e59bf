-- Whoever bought since their latest visit, or never had one: the latest purchase of each, and the sales rep it names.
select distinct on (customers.id)
    customers.id as customer_id,
    orders.ordered_at,
    orders.ordered_on,
    orders.rep_id
from customers
inner join orders
    on
        customers.shop_id = orders.shop_id
        and customers.id = orders.customer_id
        and customers.last_purchase_on = orders.ordered_on
where
    customers.shop_id = :shop_id
    and customers.hidden_at is null
    and customers.last_purchase_on <= cast(:today as date)
    and (
        customers.last_visit_on is null
        or customers.last_visit_on < customers.last_purchase_on
    )
    and orders.status = 'completed'
    and not orders.is_return
order by
    customers.id,
    orders.ordered_at desc,
    orders.id desc

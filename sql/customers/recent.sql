-- Customers who bought, came by or came on file last, latest first; each step reads the end of one index.
with

latest_orders as (

    select
        orders.customer_id,
        orders.created_at as at
    from orders
    where
        orders.shop_id = :shop_id
        and orders.customer_id is not null
    order by
        orders.ordered_on desc,
        orders.id desc
    limit cast(:most as integer) * 10

),

latest_visits as (

    select
        customer_id,
        created_at as at
    from visits
    where shop_id = :shop_id
    order by
        visited_on desc,
        customer_id desc
    limit cast(:most as integer) * 10

),

latest_people as (

    select
        id as customer_id,
        created_at as at
    from customers
    where
        shop_id = :shop_id
        and hidden_at is null
    order by id desc
    limit :most

),

seen as (

    select * from latest_orders
    union all
    select * from latest_visits
    union all
    select * from latest_people

)

select
    seen.customer_id,
    max(seen.at) as at
from seen
inner join customers
    on
        customers.shop_id = :shop_id
        and customers.id = seen.customer_id
where customers.hidden_at is null
group by seen.customer_id
order by
    max(seen.at) desc,
    seen.customer_id desc
limit :most

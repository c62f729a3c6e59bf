-- All orders of a period, from the day sums: how many there are, how many of them count, and what these come to.
-- Purchases and returns count; drafts and cancelled orders are only listed.
with

counting as (

    select
        coalesce(sum(purchases + returns), 0) as orders,
        coalesce(sum(revenue), 0) as money
    from shop_days
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until

),

only_listed as (

    select count(*) as orders
    from orders
    where
        shop_id = :shop_id
        and ordered_on >= :since
        and ordered_on < :until
        and status <> 'completed'

)

select
    counting.orders + only_listed.orders as orders,
    counting.orders as counted,
    counting.money as money
from counting
cross join only_listed

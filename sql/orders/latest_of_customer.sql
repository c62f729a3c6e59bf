-- A customer's last completed orders, newest first, each with its first items as one text.
with

latest as (

    select
        id,
        number,
        ordered_on,
        ordered_at,
        total,
        is_return
    from orders
    where
        shop_id = :shop_id
        and customer_id = :customer_id
        and status = 'completed'
    order by
        ordered_on desc,
        ordered_at desc
    limit :most

)

select
    latest.id,
    latest.number,
    latest.ordered_on,
    latest.total,
    latest.is_return,
    (
        select string_agg(order_items.product_name, ', ' order by order_items.position)
        from order_items
        where
            order_items.shop_id = :shop_id
            and order_items.order_id = latest.id
            and order_items.position <= 4
    ) as bought
from latest
order by
    latest.ordered_on desc,
    latest.ordered_at desc

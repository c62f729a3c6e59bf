-- Items whose order, or whose product, is not on file: order_items has no foreign keys.
with

strays as (

    select
        order_items.order_id,
        count(*) filter (where orders.id is null) as lines_without_order,
        count(*) filter (where order_items.product_id is not null and products.id is null) as lines_without_product
    from order_items
    left join orders
        on
            order_items.shop_id = orders.shop_id
            and order_items.order_id = orders.id
    left join products
        on
            order_items.shop_id = products.shop_id
            and order_items.product_id = products.id
    where
        order_items.shop_id = :shop_id
        and (
            orders.id is null
            or (order_items.product_id is not null and products.id is null)
        )
    group by order_items.order_id

)

select
    cast(order_id as text) as subject,
    lines_without_order,
    lines_without_product,
    count(*) over () as found
from strays
order by order_id
limit :most

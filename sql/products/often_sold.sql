-- Products to offer first: what this customer bought lately, then what the shop sold most among its latest orders.
with

latest_orders as (

    select id
    from orders
    where
        shop_id = :shop_id
        and status = 'completed'
        and not is_return
    order by
        ordered_on desc,
        id desc
    limit 200

),

customers_orders as (

    select id
    from orders
    where
        shop_id = :shop_id
        and customer_id = cast(:customer_id as uuid)
        and status = 'completed'
        and not is_return
    order by ordered_on desc
    limit 20

),

sold as (

    select
        order_items.product_id,
        1 as by_shop,
        0 as by_customer
    from latest_orders
    inner join order_items
        on
            order_items.shop_id = :shop_id
            and latest_orders.id = order_items.order_id
    union all
    select
        order_items.product_id,
        0,
        1
    from customers_orders
    inner join order_items
        on
            order_items.shop_id = :shop_id
            and customers_orders.id = order_items.order_id

)

select
    products.id,
    products.name,
    products.sku,
    products.category,
    products.price,
    sum(sold.by_customer) as bought_before
from sold
inner join products
    on
        products.shop_id = :shop_id
        and sold.product_id = products.id
where products.is_active
group by
    products.shop_id,
    products.id
order by
    sum(sold.by_customer) desc,
    sum(sold.by_shop) desc,
    products.name
limit :most

-- Write down what was sold in orders of a demo shop, each item beside its product in the catalogue.
insert into order_items (
    shop_id,
    order_id,
    position,
    product_id,
    product_name,
    sku,
    category,
    quantity,
    unit_price,
    total,
    medicine_days
)
select
    :shop_id,
    orders.id,
    given.position,
    products.id,
    given.product_name,
    given.sku,
    given.category,
    given.quantity,
    given.unit_price,
    given.total,
    given.medicine_days
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    order_id uuid,
    position integer,
    product_name text,
    sku text,
    category text,
    quantity numeric,
    unit_price numeric,
    total numeric,
    medicine_days integer
)
inner join orders
    on
        orders.shop_id = :shop_id
        and given.order_id = orders.id
left join products
    on
        products.shop_id = :shop_id
        and given.sku = products.sku
on conflict do nothing

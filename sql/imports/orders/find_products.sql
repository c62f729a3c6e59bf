-- What new and changed orders sell, each with its product on the catalogue or the id of a new one: by code, else by name.
-- A new product is called as on its first line that has a name.
with

sold as materialized (

    select
        product_key,
        min(row_number) as first_row,
        min(row_number) filter (where product is not null) as first_named_row,
        min(sku) as sku,
        min(category) as category
    from sheet_items
    where
        product_key is not null
        and state in ('new', 'changed')
    group by product_key

),

called as (

    select
        sold.*,
        coalesce(named.product, sold.sku) as name
    from sold
    left join sheet_lines as named on sold.first_named_row = named.row_number

),

known_by_name as (

    select
        products.name,
        min(cast(products.id as text)) as id
    from products
    inner join called on products.name = called.name
    where
        products.shop_id = :shop_id
        and called.sku is null
    group by products.name

)

insert into sheet_products (product_key, product_id, sku, name, category, is_new)
select
    called.product_key,
    coalesce(
        products.id,
        cast(known_by_name.id as uuid),
        cast(:product_start || lpad(to_hex(called.first_row), 8, '0') as uuid)
    ),
    called.sku,
    called.name,
    called.category,
    coalesce(cast(products.id as text), known_by_name.id) is null
from called
left join products
    on
        products.shop_id = :shop_id
        and called.sku = products.sku
left join known_by_name
    on
        called.sku is null
        and called.name = known_by_name.name

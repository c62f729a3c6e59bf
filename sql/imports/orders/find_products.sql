-- What new and changed orders sell, each with its product on the catalogue or the id of a new one: by code, else by name.
-- A new product is called as on its first line that has a name.
with

sold as materialized (

    select
        coalesce(sku, product) as key,
        sku is not null as has_code,
        min(row_number) as first_row,
        min(row_number) filter (where product is not null) as first_named_row,
        min(category) as category
    from sheet_lines
    where
        coalesce(sku, product) is not null
        and (
            cast(:all_go_in as boolean)
            or row_number in (
                select sheet_items.row_number
                from sheet_items
                where sheet_items.state in ('new', 'changed')
            )
        )
    group by
        coalesce(sku, product),
        sku is not null

),

called as (

    select
        sold.*,
        coalesce(named.product, sold.key) as name
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
        and not called.has_code
    group by products.name

)

insert into sheet_products (key, has_code, product_id, name, category, is_new)
select
    called.key,
    called.has_code,
    coalesce(
        products.id,
        cast(known_by_name.id as uuid),
        cast(:product_start || lpad(to_hex(called.first_row), 8, '0') as uuid)
    ),
    called.name,
    called.category,
    coalesce(cast(products.id as text), known_by_name.id) is null
from called
left join products
    on
        products.shop_id = :shop_id
        and called.has_code
        and called.key = products.sku
left join known_by_name
    on
        not called.has_code
        and called.name = known_by_name.name

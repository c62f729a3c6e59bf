-- What new and changed orders sell, each with its product on the catalogue or the id of a new one: by code, else by name,
-- however it is spelt; of several on the catalogue the one that is spelt alike. A new product is called as on its first
-- line that has a name.
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
        coalesce(named.product, sold.key) as name,
        case when sold.has_code then sold.key else name_key(sold.key) end as product_key
    from sold
    left join sheet_lines as named on sold.first_named_row = named.row_number

),

known_by_name as (

    select distinct on (called.key)
        called.key,
        products.id
    from called
    inner join products
        on
            products.shop_id = :shop_id
            and called.product_key = name_key(products.name)
    where not called.has_code
    order by
        called.key,
        called.name <> products.name,
        products.id

),

found as (

    select
        called.*,
        coalesce(products.id, known_by_name.id) as known_id,
        min(called.first_row) over same_product as row_of_product,
        min(called.category) over same_product as category_of_product
    from called
    left join products
        on
            products.shop_id = :shop_id
            and called.has_code
            and called.key = products.sku
    left join known_by_name
        on
            not called.has_code
            and called.key = known_by_name.key
    window same_product as (partition by called.has_code, called.product_key)

)

insert into sheet_products (key, has_code, product_id, name, category, is_new)
select
    key,
    has_code,
    coalesce(known_id, cast(:product_start || lpad(to_hex(row_of_product), 8, '0') as uuid)),
    name,
    category_of_product,
    known_id is null and first_row = row_of_product
from found

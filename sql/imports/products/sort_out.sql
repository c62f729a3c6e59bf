-- Which product each row is: the one with its code, else of its name without a code. A new code goes to the product of its
-- name that has none yet, where neither the catalogue nor the file has a second of that name. A second row of one product
-- is the same again, or refused.
with

usable as (

    select
        *,
        coalesce('code ' || sku, 'name ' || name_key(name)) as product_key,
        cast((sku, name_key(name), category, price) as text) as said
    from sheet_rows
    where refused_reason is null

),

on_file_by_name as (

    select
        name_key(name) as name,
        min(cast(id as text)) as id,
        count(*) = 1 as is_one
    from products
    where
        shop_id = :shop_id
        and sku is null
    group by name_key(name)

),

coded_once as (

    select name_key(name) as name
    from usable
    group by name_key(name)
    having
        count(distinct sku) = 1
        and count(sku) = count(*)

),

matched as (

    select
        usable.*,
        coalesce(products.id, usable.product_id, cast(on_file_by_name.id as uuid)) as known_id,
        min(usable.row_number) over (partition by usable.product_key) as first_row
    from usable
    left join products
        on
            products.shop_id = :shop_id
            and usable.sku = products.sku
    left join coded_once
        on
            products.id is null
            and name_key(usable.name) = coded_once.name
    left join on_file_by_name
        on
            name_key(usable.name) = on_file_by_name.name
            and (
                usable.sku is null
                or (coded_once.name is not null and on_file_by_name.is_one)
            )

),

judged as (

    select
        matched.*,
        case
            when coalesce(matched.sku, matched.name) is null then 'nothing'
            when matched.price < 0 then 'negative'
            when matched.said <> earlier.said then 'twice'
        end as fault
    from matched
    inner join usable as earlier on matched.first_row = earlier.row_number

)

insert into sheet_products (row_number, product_id, state, refused_column, refused_value, refused_reason)
select
    row_number,
    coalesce(known_id, cast(:id_start || lpad(to_hex(first_row), 8, '0') as uuid)),
    case
        when fault is not null then 'refused'
        when first_row < row_number then 'same'
        when known_id is null then 'new'
        else 'known'
    end,
    case fault when 'negative' then 'price' end,
    case fault when 'negative' then cast(price as text) end,
    case fault
        when 'nothing' then 'The row names no product; it needs a name or a code.'
        when 'negative' then format('A price of %s is below zero; check it.', price)
        when 'twice' then format('Row %s is about the same product and says something else; keep one of them.', first_row)
    end
from judged

-- Customers who lack a tag of the file have changed too.
with

wanted as (

    select
        sheet_customers.row_number,
        sheet_customers.customer_id,
        named.tag
    from sheet_rows
    inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
    cross join lateral string_to_table(lower(sheet_rows.tags), ';') as named (tag)
    where sheet_customers.state = 'known'

),

on_file as (

    select
        taggings.customer_id,
        lower(tags.name) as tag
    from taggings
    inner join tags
        on
            taggings.shop_id = tags.shop_id
            and taggings.tag_id = tags.id
    where taggings.shop_id = :shop_id

),

lacking as (

    select distinct wanted.row_number
    from wanted
    left join on_file
        on
            wanted.customer_id = on_file.customer_id
            and wanted.tag = on_file.tag
    where on_file.customer_id is null

)

update sheet_customers
set state = 'changed'
from lacking
where sheet_customers.row_number = lacking.row_number

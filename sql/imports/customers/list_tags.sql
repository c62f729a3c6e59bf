-- Tags that are not yet on the customers they are wanted on.
insert into sheet_tags (customer_id, is_new_customer, tag_id)
select distinct
    sheet_customers.customer_id,
    sheet_customers.state = 'new',
    tags.id
from sheet_rows
inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
cross join lateral string_to_table(lower(sheet_rows.tags), ';') as wanted (tag)
inner join tags
    on
        tags.shop_id = :shop_id
        and lower(tags.name) = wanted.tag
where
    sheet_customers.state in ('new', 'changed')
    and not exists (
        select 1
        from taggings
        where
            taggings.shop_id = :shop_id
            and taggings.customer_id = sheet_customers.customer_id
            and taggings.tag_id = tags.id
    )

-- What was on file before, and which tags are new, for undoing the import.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    :shop_id,
    :import_id,
    sheet_customers.row_number,
    'updated',
    customers.id,
    jsonb_build_object(
        'customer', to_jsonb(customers),
        'company', to_jsonb(companies),
        'new_tags', coalesce(
            (
                select jsonb_agg(sheet_tags.tag_id)
                from sheet_tags
                where sheet_tags.customer_id = customers.id
            ),
            '[]'
        )
    )
from sheet_customers
inner join customers
    on
        customers.shop_id = :shop_id
        and sheet_customers.customer_id = customers.id
left join companies
    on
        companies.shop_id = :shop_id
        and customers.id = companies.customer_id
where sheet_customers.state = 'changed'

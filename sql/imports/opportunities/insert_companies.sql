-- The accounts that came on file are companies.
insert into companies (shop_id, customer_id, created_at, created_by, updated_at, updated_by)
select
    :shop_id,
    customers.id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_meanings
inner join customers
    on
        customers.shop_id = :shop_id
        and sheet_meanings.id = customers.id
where
    sheet_meanings.kind = 'customer'
    and sheet_meanings.is_new

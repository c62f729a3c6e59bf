-- Visitors who are not on file yet. Who came is no lead any more.
-- Where the file gives one reference to two phones, the first keeps it.
with

told as (

    select
        customer_id,
        min(first_row) as first_row,
        min(phone) as phone,
        min(phone_typed) as phone_typed,
        min(ref) as ref,
        min(name) as name
    from sheet_buyers
    where is_new
    group by customer_id

)

insert into customers (
    shop_id, id, name, phone, phone_typed, external_ref, status, import_id, created_on, created_at, created_by,
    updated_at, updated_by
)
select
    :shop_id,
    customer_id,
    name,
    phone,
    phone_typed,
    case when row_number() over (partition by ref order by first_row) = 1 then ref end,
    'active',
    :import_id,
    :today,
    :now,
    :staff_id,
    :now,
    :staff_id
from told
order by first_row
returning
    id,
    name

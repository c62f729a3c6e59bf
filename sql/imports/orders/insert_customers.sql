-- The customers that the file brings: with a completed order they are active, else leads.
-- Where the file gives one reference to two phones, the first keeps it.
with

told as materialized (

    select
        customer_id,
        bool_or(is_new) as is_new,
        min(first_row) as first_row,
        min(phone) as phone,
        min(phone_typed) as phone_typed,
        min(ref) as ref,
        min(email) as email,
        min(name) as name,
        min(link) as link
    from sheet_buyers
    group by customer_id

),

buyers_of_completed as materialized (

    select distinct sheet_buyers.customer_id
    from sheet_orders
    inner join sheet_buyers on sheet_orders.buyer = sheet_buyers.buyer
    where
        sheet_orders.state in ('new', 'changed')
        and coalesce(sheet_orders.status, 'completed') = 'completed'

)

insert into customers (
    shop_id, id, name, phone, phone_typed, external_ref, email, status, first_source_slug, import_id, created_on,
    created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    told.customer_id,
    coalesce(told.name, case when coalesce(told.phone, told.ref) is null then told.email end),
    told.phone,
    told.phone_typed,
    case when row_number() over (partition by told.ref order by told.first_row) = 1 then told.ref end,
    told.email,
    case when buyers_of_completed.customer_id is null then 'lead' else 'active' end,
    told.link,
    :import_id,
    :today,
    :now,
    :staff_id,
    :now,
    :staff_id
from told
inner join sheet_affected on told.customer_id = sheet_affected.customer_id
left join buyers_of_completed on told.customer_id = buyers_of_completed.customer_id
where told.is_new
order by told.first_row
returning
    id,
    name

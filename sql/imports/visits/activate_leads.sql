-- Leads on file who came by are active customers now; it is remembered for undoing.
with

visitors as materialized (

    select
        customer_id,
        min(first_row) as first_row
    from sheet_visits
    where state in ('new', 'changed')
    group by customer_id

),

activated as (

    update customers
    set status = 'active'
    from visitors
    where
        customers.shop_id = :shop_id
        and customers.id = visitors.customer_id
        and customers.status = 'lead'
    returning
        customers.id,
        visitors.first_row

)

insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    :shop_id,
    :import_id,
    -first_row,
    'updated',
    id,
    jsonb_build_object('lead', true)
from activated

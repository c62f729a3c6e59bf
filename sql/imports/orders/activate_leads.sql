-- Leads on file who bought something by this import are active customers now; it is remembered for undoing.
with

buyers as materialized (

    select
        sheet_buyers.customer_id,
        min(sheet_orders.first_row) as first_row
    from sheet_orders
    inner join sheet_buyers on sheet_orders.buyer = sheet_buyers.buyer
    where
        sheet_orders.state in ('new', 'changed')
        and coalesce(sheet_orders.status, 'completed') = 'completed'
    group by sheet_buyers.customer_id

),

activated as (

    update customers
    set status = 'active'
    from buyers
    where
        customers.shop_id = :shop_id
        and customers.id = buyers.customer_id
        and customers.status = 'lead'
    returning
        customers.id,
        buyers.first_row

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

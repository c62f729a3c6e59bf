-- Leads on file who bought something by this import are active customers now; it is remembered for undoing.
with

buyers as (

    select
        sheet_buyers.customer_id,
        min(sheet_orders.first_row) as first_row
    from sheet_orders
    inner join sheet_buyers on sheet_orders.buyer = sheet_buyers.buyer
    where
        sheet_orders.state in ('new', 'changed')
        and coalesce(sheet_orders.status, 'completed') = 'completed'
    group by sheet_buyers.customer_id

)

select
    activate_leads(
        :shop_id,
        :import_id,
        array_agg(customer_id),
        array_agg(cast(first_row as integer))
    )
from buyers

-- Leads on file who came by are active customers now; it is remembered for undoing.
with

visitors as (

    select
        customer_id,
        min(first_row) as first_row
    from sheet_visits
    where state in ('new', 'changed')
    group by customer_id

)

select
    activate_leads(
        :shop_id,
        :import_id,
        array_agg(customer_id),
        array_agg(cast(first_row as integer))
    )
from visitors

-- Leads on file whose deal is won by this import are active customers now; it is remembered for undoing.
with

winners as (

    select
        opportunities.customer_id,
        min(sheet_deals.row_number) as first_row
    from sheet_deals
    inner join opportunities
        on
            opportunities.shop_id = :shop_id
            and sheet_deals.opportunity_id = opportunities.id
    where
        sheet_deals.state in ('new', 'changed')
        and opportunities.status = 'won'
    group by opportunities.customer_id

)

select
    activate_leads(
        :shop_id,
        :import_id,
        array_agg(customer_id),
        array_agg(cast(first_row as integer))
    )
from winners

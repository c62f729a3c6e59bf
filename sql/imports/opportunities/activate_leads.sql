-- Leads on file whose deal is won by this import are active customers now; it is remembered for undoing.
with

winners as materialized (

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

),

activated as (

    update customers
    set status = 'active'
    from winners
    where
        customers.shop_id = :shop_id
        and customers.id = winners.customer_id
        and customers.status = 'lead'
    returning
        customers.id,
        winners.first_row

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

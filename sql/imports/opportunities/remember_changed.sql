-- What changed opportunities said before, for undoing the import, and the move it writes.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    opportunities.shop_id,
    :import_id,
    sheet_deals.row_number,
    'updated',
    opportunities.id,
    jsonb_build_object('opportunity', to_jsonb(opportunities), 'change_id', sheet_deals.change_id)
from sheet_deals
inner join opportunities
    on
        opportunities.shop_id = :shop_id
        and sheet_deals.opportunity_id = opportunities.id
where sheet_deals.state = 'changed'

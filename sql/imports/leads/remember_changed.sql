-- What was on file before, for undoing the import.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    :shop_id,
    :import_id,
    sheet_leads.row_number,
    'updated',
    leads.id,
    jsonb_build_object('sales lead', to_jsonb(leads))
from sheet_leads
inner join leads
    on
        leads.shop_id = :shop_id
        and sheet_leads.lead_id = leads.id
where sheet_leads.state = 'changed'

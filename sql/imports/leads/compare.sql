-- Leads that say something else once the file is in.
update sheet_leads
set state = 'changed'
from sheet_after
inner join leads
    on
        leads.shop_id = :shop_id
        and sheet_after.lead_id = leads.id
where
    sheet_leads.lead_id = sheet_after.lead_id
    and sheet_leads.state = 'known'
    and (
        leads.ref,
        leads.name,
        leads.company,
        leads.job_title,
        leads.phone,
        leads.email,
        leads.website,
        leads.city,
        leads.postcode,
        leads.source,
        leads.quality,
        leads.status,
        leads.converted_on,
        leads.created_on,
        leads.assigned_to,
        leads.notes
    ) is distinct from (
        sheet_after.ref,
        sheet_after.name,
        sheet_after.company,
        sheet_after.job_title,
        sheet_after.phone,
        sheet_after.email,
        sheet_after.website,
        sheet_after.city,
        sheet_after.postcode,
        sheet_after.source,
        sheet_after.quality,
        sheet_after.status,
        sheet_after.converted_on,
        sheet_after.created_on,
        sheet_after.assigned_to,
        sheet_after.notes
    )

-- Changed leads say what the file says.
update leads
set
    ref = sheet_after.ref,
    name = sheet_after.name,
    company = sheet_after.company,
    job_title = sheet_after.job_title,
    phone = sheet_after.phone,
    phone_typed = sheet_after.phone_typed,
    email = sheet_after.email,
    website = sheet_after.website,
    city = sheet_after.city,
    postcode = sheet_after.postcode,
    source = sheet_after.source,
    quality = sheet_after.quality,
    status = sheet_after.status,
    converted_on = sheet_after.converted_on,
    converted_at = sheet_after.converted_at,
    customer_id = sheet_after.customer_id,
    created_on = sheet_after.created_on,
    assigned_at = case
        when leads.assigned_to is null and sheet_after.assigned_to is not null then cast(:now as timestamptz)
        else leads.assigned_at
    end,
    assigned_to = sheet_after.assigned_to,
    notes = sheet_after.notes,
    updated_at = :now,
    updated_by = :staff_id
from sheet_after
inner join sheet_leads
    on
        sheet_after.lead_id = sheet_leads.lead_id
        and sheet_leads.state = 'changed'
where
    leads.shop_id = :shop_id
    and leads.id = sheet_after.lead_id
returning
    leads.id,
    concat_ws(' ', leads.name, leads.company) as name

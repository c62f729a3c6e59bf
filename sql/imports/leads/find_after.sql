-- What leads on file say once the file is in: what the file says, where it says anything. Who was converted stays so; who
-- has a lead keeps it.
insert into sheet_after (
    lead_id, ref, name, company, job_title, phone, phone_typed, email, website, city, postcode, source, quality, status,
    converted_on, converted_at, customer_id, created_on, assigned_to, notes
)
select
    leads.id,
    coalesce(leads.ref, sheet_rows.ref),
    coalesce(sheet_rows.name, leads.name),
    coalesce(sheet_rows.company, leads.company),
    coalesce(sheet_rows.job_title, leads.job_title),
    coalesce(sheet_rows.phone, leads.phone),
    case when sheet_rows.phone is distinct from leads.phone and sheet_rows.phone is not null
        then sheet_rows.phone_typed
        else leads.phone_typed
    end,
    coalesce(sheet_rows.email, leads.email),
    coalesce(sheet_rows.website, leads.website),
    coalesce(sheet_rows.city, leads.city),
    coalesce(sheet_rows.postcode, leads.postcode),
    coalesce(sheet_rows.source, leads.source),
    coalesce(sheet_rows.quality, leads.quality),
    case when leads.status = 'converted' then leads.status else coalesce(sheet_rows.status, leads.status) end,
    case
        when leads.status = 'converted' then leads.converted_on
        when sheet_rows.status = 'converted' then coalesce(sheet_rows.converted_on, cast(:today as date))
    end,
    case
        when leads.status = 'converted' then leads.converted_at
        when sheet_rows.status = 'converted' then sheet_rows.converted_at
    end,
    case
        when leads.status = 'converted' then leads.customer_id
        when sheet_rows.status = 'converted' then sheet_leads.customer_id
    end,
    coalesce(sheet_rows.created_on, leads.created_on),
    coalesce(leads.assigned_to, sheet_people.staff_id),
    coalesce(sheet_rows.notes, leads.notes)
from sheet_leads
inner join sheet_rows on sheet_leads.row_number = sheet_rows.row_number
inner join leads
    on
        leads.shop_id = :shop_id
        and sheet_leads.lead_id = leads.id
left join sheet_people on sheet_rows.assigned_to = sheet_people.name
where sheet_leads.state = 'known'

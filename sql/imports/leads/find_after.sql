-- What leads on file say once the file is in: what the file says, where it says anything. Of a lead that a person wrote
-- down, changed or marked here, the file only fills in what is empty. Who was converted stays so; who has a lead keeps it.
insert into sheet_after (
    lead_id, ref, name, company, job_title, phone, phone_typed, email, website, city, postcode, source, quality, status,
    converted_on, converted_at, customer_id, created_on, assigned_to, notes, is_kept
)
select
    leads.id,
    coalesce(leads.ref, sheet_rows.ref),
    case when by_person.is_kept then coalesce(leads.name, sheet_rows.name) else coalesce(sheet_rows.name, leads.name) end,
    case when by_person.is_kept then coalesce(leads.company, sheet_rows.company) else coalesce(sheet_rows.company, leads.company) end,
    case when by_person.is_kept then coalesce(leads.job_title, sheet_rows.job_title) else coalesce(sheet_rows.job_title, leads.job_title) end,
    case when by_person.is_kept then coalesce(leads.phone, sheet_rows.phone) else coalesce(sheet_rows.phone, leads.phone) end,
    case
        when
            sheet_rows.phone is distinct from leads.phone
            and sheet_rows.phone is not null
            and (leads.phone is null or not by_person.is_kept)
            then sheet_rows.phone_typed
        else leads.phone_typed
    end,
    case when by_person.is_kept then coalesce(leads.email, sheet_rows.email) else coalesce(sheet_rows.email, leads.email) end,
    case when by_person.is_kept then coalesce(leads.website, sheet_rows.website) else coalesce(sheet_rows.website, leads.website) end,
    case when by_person.is_kept then coalesce(leads.city, sheet_rows.city) else coalesce(sheet_rows.city, leads.city) end,
    case when by_person.is_kept then coalesce(leads.postcode, sheet_rows.postcode) else coalesce(sheet_rows.postcode, leads.postcode) end,
    case when by_person.is_kept then coalesce(leads.source, sheet_rows.source) else coalesce(sheet_rows.source, leads.source) end,
    case when by_person.is_kept then coalesce(leads.quality, sheet_rows.quality) else coalesce(sheet_rows.quality, leads.quality) end,
    case when leads.status = 'converted' or by_person.is_kept then leads.status else coalesce(sheet_rows.status, leads.status) end,
    case
        when leads.status = 'converted' or by_person.is_kept then leads.converted_on
        when sheet_rows.status = 'converted' then coalesce(sheet_rows.converted_on, cast(:today as date))
    end,
    case
        when leads.status = 'converted' or by_person.is_kept then leads.converted_at
        when sheet_rows.status = 'converted' then sheet_rows.converted_at
    end,
    case
        when leads.status = 'converted' or by_person.is_kept then leads.customer_id
        when sheet_rows.status = 'converted' then sheet_leads.customer_id
    end,
    coalesce(sheet_rows.created_on, leads.created_on),
    coalesce(leads.assigned_to, sheet_people.staff_id),
    case when by_person.is_kept then coalesce(leads.notes, sheet_rows.notes) else coalesce(sheet_rows.notes, leads.notes) end,
    by_person.is_kept
from sheet_leads
inner join sheet_rows on sheet_leads.row_number = sheet_rows.row_number
inner join leads
    on
        leads.shop_id = :shop_id
        and sheet_leads.lead_id = leads.id
left join sheet_people on sheet_rows.assigned_to = sheet_people.name
cross join lateral (
    select
        exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.subject_id = leads.id
                and activities.what in ('lead added', 'lead changed', 'lead marked')
        )
) as by_person (is_kept)
where sheet_leads.state = 'known'

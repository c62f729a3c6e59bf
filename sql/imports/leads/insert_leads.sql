-- The leads that are not on file yet. Without a day they came up on, that is the day they were
-- converted, and without either today.
insert into leads (
    shop_id, id, ref, name, company, job_title, phone, phone_typed, email, website, city, postcode, source, quality, status,
    converted_on, converted_at, customer_id, created_on, assigned_to, assigned_at, notes, import_id, created_at, created_by,
    updated_at, updated_by
)
select
    :shop_id,
    sheet_leads.lead_id,
    sheet_rows.ref,
    sheet_rows.name,
    sheet_rows.company,
    sheet_rows.job_title,
    sheet_rows.phone,
    sheet_rows.phone_typed,
    sheet_rows.email,
    sheet_rows.website,
    sheet_rows.city,
    sheet_rows.postcode,
    sheet_rows.source,
    sheet_rows.quality,
    coalesce(sheet_rows.status, 'new'),
    case when sheet_rows.status = 'converted' then coalesce(sheet_rows.converted_on, cast(:today as date)) end,
    case when sheet_rows.status = 'converted' then sheet_rows.converted_at end,
    case when sheet_rows.status = 'converted' then sheet_leads.customer_id end,
    coalesce(sheet_rows.created_on, sheet_rows.converted_on, cast(:today as date)),
    sheet_people.staff_id,
    case when sheet_people.staff_id is not null then cast(:now as timestamptz) end,
    sheet_rows.notes,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_leads
inner join sheet_rows on sheet_leads.row_number = sheet_rows.row_number
left join sheet_people on sheet_rows.assigned_to = sheet_people.name
where sheet_leads.state = 'new'
order by sheet_leads.row_number
returning
    id,
    concat_ws(' ', name, company) as name

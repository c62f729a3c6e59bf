-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_rows.ref,
    sheet_rows.name,
    cast(null as text) as last_name,
    sheet_rows.company,
    sheet_rows.job_title,
    sheet_rows.phone,
    sheet_rows.email,
    sheet_rows.website,
    sheet_rows.city,
    sheet_rows.postcode,
    sheet_rows.source,
    sheet_rows.quality,
    sheet_rows.status,
    cast(sheet_rows.created_on as text) as created_on,
    cast(sheet_rows.converted_on as text) as converted_on,
    sheet_rows.assigned_to,
    sheet_rows.notes
from sheet_leads
inner join sheet_rows on sheet_leads.row_number = sheet_rows.row_number
order by sheet_leads.row_number
limit 10

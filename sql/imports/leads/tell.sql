-- Whom the file holds, in rows: on file as leads already, repeated within it, customers already, without a source, without a
-- day they came up on, converted without a day, and converted before they came up; the first of these by its row.
select
    count(*) filter (where sheet_leads.was_there and sheet_leads.first_row = sheet_leads.row_number) as already,
    count(*) filter (where sheet_leads.first_row < sheet_leads.row_number) as repeats,
    count(*) filter (
        where
        sheet_leads.customer_id is not null
        and sheet_leads.state = 'new'
        and sheet_rows.status is distinct from 'converted'
    ) as customers,
    count(*) filter (where sheet_rows.source is null and sheet_leads.state = 'new') as without_source,
    count(*) filter (where sheet_rows.created_on is null and sheet_leads.state = 'new') as without_day,
    count(*) filter (
        where
        sheet_rows.status = 'converted'
        and sheet_rows.converted_on is null
        and sheet_leads.state <> 'same'
    ) as converted_without_day,
    count(*) filter (where sheet_rows.converted_on < sheet_rows.created_on) as converted_before,
    min(sheet_rows.row_number) filter (where sheet_rows.converted_on < sheet_rows.created_on) as first_converted_before
from sheet_leads
inner join sheet_rows on sheet_leads.row_number = sheet_rows.row_number

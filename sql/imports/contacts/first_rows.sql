-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_contacts.phone,
    array_to_string(sheet_contacts.others, ', ') as other_phone,
    sheet_rows.name,
    sheet_rows.email,
    sheet_rows.notes,
    replace(sheet_rows.tags, ';', ', ') as tags
from sheet_contacts
inner join sheet_rows on sheet_contacts.row_number = sheet_rows.row_number
order by sheet_contacts.row_number
limit 10

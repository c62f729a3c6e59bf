-- Contacts of whom the file knows what was not on file: a name, an address, notes where there were none, more tags, more
-- numbers. What is on file already stays as it is.
update sheet_contacts
set state = 'changed'
from sheet_rows
inner join contacts on contacts.shop_id = :shop_id
where
    sheet_contacts.row_number = sheet_rows.row_number
    and sheet_contacts.contact_id = contacts.id
    and sheet_contacts.state = 'known'
    and (
        (contacts.name is null and sheet_rows.name is not null)
        or (contacts.email is null and sheet_rows.email is not null)
        or (contacts.notes is null and sheet_rows.notes is not null)
        or not contacts.other_phones @> sheet_contacts.others
        or not contacts.tags @> string_to_array(coalesce(sheet_rows.tags, ''), ';')
    )

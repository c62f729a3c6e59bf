-- What was on file before, for undoing the import.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    :shop_id,
    :import_id,
    sheet_contacts.row_number,
    'updated',
    contacts.id,
    jsonb_build_object('contact', to_jsonb(contacts))
from sheet_contacts
inner join contacts
    on
        contacts.shop_id = :shop_id
        and sheet_contacts.contact_id = contacts.id
where sheet_contacts.state = 'changed'

-- The contacts that are not on file yet; a customer with the number is linked.
insert into contacts (
    shop_id, id, phone, phone_typed, phone_kind, other_phones, name, email, notes, tags, import_id, uploaded_on,
    customer_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    sheet_contacts.contact_id,
    sheet_contacts.phone,
    sheet_contacts.phone_typed,
    sheet_contacts.phone_kind,
    sheet_contacts.others,
    sheet_rows.name,
    sheet_rows.email,
    sheet_rows.notes,
    string_to_array(coalesce(sheet_rows.tags, ''), ';'),
    :import_id,
    :today,
    sheet_contacts.customer_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_contacts
inner join sheet_rows on sheet_contacts.row_number = sheet_rows.row_number
where sheet_contacts.state = 'new'
order by sheet_contacts.row_number

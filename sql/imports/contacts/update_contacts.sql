-- Changed contacts get what they lacked; tags and numbers join those there are.
update contacts
set
    name = coalesce(contacts.name, sheet_rows.name),
    email = coalesce(contacts.email, sheet_rows.email),
    notes = coalesce(contacts.notes, sheet_rows.notes),
    other_phones = contacts.other_phones || array(
        select more.phone
        from unnest(sheet_contacts.others) with ordinality as more (phone, place)
        where more.phone <> all(contacts.other_phones)
        group by more.phone
        order by min(more.place)
    ),
    tags = contacts.tags || array(
        select more.tag
        from string_to_table(sheet_rows.tags, ';') with ordinality as more (tag, place)
        where more.tag <> all(contacts.tags)
        group by more.tag
        order by min(more.place)
    ),
    updated_at = :now,
    updated_by = :staff_id
from sheet_contacts
inner join sheet_rows on sheet_contacts.row_number = sheet_rows.row_number
where
    contacts.shop_id = :shop_id
    and contacts.id = sheet_contacts.contact_id
    and sheet_contacts.state = 'changed'

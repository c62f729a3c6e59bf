-- Give each of these contacts to one person, or to nobody.
update contacts
set
    assigned_to = given.given_to,
    assigned_at = case when given.given_to is not null then cast(:at as timestamptz) end,
    updated_at = cast(:at as timestamptz),
    updated_by = cast(:staff_id as uuid)
from unnest(
    cast(:contact_ids as uuid[]),
    cast(:given_to as uuid[])
) as given (contact_id, given_to)
where
    contacts.shop_id = :shop_id
    and contacts.id = given.contact_id

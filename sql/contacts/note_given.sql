-- One line of the record for each contact that is given to somebody; before the change.
insert into activities (shop_id, id, at, staff_id, via, what, subject, subject_id, detail)
select
    :shop_id,
    line.id,
    cast(:at as timestamptz),
    cast(:staff_id as uuid),
    :via,
    'contact given',
    'contact',
    contacts.id,
    jsonb_build_object(
        'before', jsonb_build_object('assigned_to', contacts.assigned_to),
        'after', jsonb_build_object('assigned_to', line.given_to)
    )
from unnest(
    cast(:ids as uuid[]),
    cast(:contact_ids as uuid[]),
    cast(:given_to as uuid[])
) as line (id, contact_id, given_to)
inner join contacts
    on
        contacts.shop_id = :shop_id
        and line.contact_id = contacts.id

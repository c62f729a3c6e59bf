-- The contact with this number, be it another than the one that is called, or the one who is this customer, as whoever
-- sells may know it: where it stands and who has it. Who that is is asked once, in a select of its own: below a policy a
-- coalesce would be worked out for every contact.
select
    contacts.id,
    contacts.name,
    contacts.phone,
    contacts.status,
    contacts.touches,
    contacts.last_touched_at,
    contacts.uploaded_on,
    contacts.customer_id,
    contacts.assigned_to,
    memberships.name as assignee
from contacts
left join memberships
    on
        memberships.shop_id = :shop_id
        and contacts.assigned_to = memberships.staff_id
where
    contacts.shop_id = :shop_id
    and contacts.id = (
        select coalesce(
            contact_of_phone(:shop_id, cast(:phone as text)),
            contact_of_customer(:shop_id, cast(:customer_id as uuid))
        )
    )

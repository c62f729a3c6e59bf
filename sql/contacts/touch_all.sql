-- As sql/contacts/touch.sql, for every contact of the shop whose count or status is not what the history says.
update contacts
set
    touches = contact_truth.touches,
    last_touched_at = contact_truth.last_touched_at,
    status = case
        when contacts.status not in ('pending', 'contacted') then contacts.status
        when contact_truth.touches > 0 then 'contacted'
        else 'pending'
    end,
    updated_at = cast(:now as timestamptz),
    updated_by = cast(:staff_id as uuid)
from contact_truth
where
    contact_truth.shop_id = :shop_id
    and contacts.shop_id = :shop_id
    and contacts.id = contact_truth.contact_id
    and (
        contacts.touches <> contact_truth.touches
        or contacts.last_touched_at is distinct from contact_truth.last_touched_at
        or (contacts.status = 'pending' and contact_truth.touches > 0)
        or (contacts.status = 'contacted' and contact_truth.touches = 0)
    )

-- How often somebody was in touch with a contact, and when last, as the history says now. The first time makes a pending
-- contact a contacted one; with the last one taken out of the history it is pending again. Other states stay.
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
    and contact_truth.contact_id = :contact_id
    and contacts.shop_id = :shop_id
    and contacts.id = :contact_id
returning contacts.status

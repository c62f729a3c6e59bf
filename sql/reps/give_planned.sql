-- These follow-ups are for the new rep from now on.
update follow_ups
set
    assigned_to = cast(:rep_id as uuid),
    updated_at = cast(:at as timestamptz),
    updated_by = cast(:staff_id as uuid)
where
    shop_id = :shop_id
    and id = any(cast(:follow_up_ids as uuid[]))

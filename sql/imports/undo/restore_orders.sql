-- Changed orders say again what they said before.
update orders
set
    number = old.number,
    status = old.status,
    ordered_at = old.ordered_at,
    ordered_on = old.ordered_on,
    customer_id = old.customer_id,
    customer_name = old.customer_name,
    customer_phone = old.customer_phone,
    rep_id = old.rep_id,
    total = old.total,
    quantity = old.quantity,
    payment_method = old.payment_method,
    source_slug = old.source_slug,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as orders), undo_subjects.before -> 'order') as old
where
    orders.shop_id = :shop_id
    and orders.id = undo_subjects.subject_id
    and undo_subjects.subject = 'order'
    and not undo_subjects.is_new
    and undo_subjects.kept is null

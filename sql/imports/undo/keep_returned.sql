-- A sale that was returned in part or whole stays, because the return needs it.
update undo_subjects
set kept = 'it was returned since'
from orders as returned
where
    returned.shop_id = :shop_id
    and returned.returns_order_id = undo_subjects.subject_id
    and undo_subjects.subject = 'order'
    and undo_subjects.kept is null

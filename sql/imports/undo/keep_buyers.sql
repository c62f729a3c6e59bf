-- A customer the import created stays if there are other orders of theirs.
update undo_subjects
set kept = 'there are other orders of this customer'
from orders
where
    orders.shop_id = :shop_id
    and orders.customer_id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and undo_subjects.is_new
    and undo_subjects.kept is null

-- The orders that the import created.
delete from orders
using undo_subjects
where
    orders.shop_id = :shop_id
    and orders.id = undo_subjects.subject_id
    and undo_subjects.subject = 'order'
    and undo_subjects.is_new
    and undo_subjects.kept is null

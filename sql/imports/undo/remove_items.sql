-- The items of orders that go, and of those that get their old ones back.
delete from order_items
using undo_subjects
where
    order_items.shop_id = :shop_id
    and order_items.order_id = undo_subjects.subject_id
    and undo_subjects.subject = 'order'
    and undo_subjects.kept is null

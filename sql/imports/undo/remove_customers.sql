-- The customers that the import created, with their words and tags.
delete from customers
using undo_subjects
where
    customers.shop_id = :shop_id
    and customers.id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and undo_subjects.is_new
    and undo_subjects.kept is null

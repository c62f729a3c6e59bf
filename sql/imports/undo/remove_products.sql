-- The products that the import created.
delete from products
using undo_subjects
where
    products.shop_id = :shop_id
    and products.id = undo_subjects.subject_id
    and undo_subjects.subject = 'product'
    and undo_subjects.is_new
    and undo_subjects.kept is null

-- Tags that the import put on customers who were on file before.
delete from taggings
using undo_subjects
where
    taggings.shop_id = :shop_id
    and taggings.customer_id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and not undo_subjects.is_new
    and undo_subjects.kept is null
    and undo_subjects.before -> 'new_tags' ? cast(taggings.tag_id as text)

-- The contacts that the import created.
delete from contacts
using undo_subjects
where
    contacts.shop_id = :shop_id
    and contacts.id = undo_subjects.subject_id
    and undo_subjects.subject = 'contact'
    and undo_subjects.is_new
    and undo_subjects.kept is null

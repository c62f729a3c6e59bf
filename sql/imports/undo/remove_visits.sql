-- The visits that the import created.
delete from visits
using undo_subjects
where
    visits.shop_id = :shop_id
    and visits.id = undo_subjects.subject_id
    and undo_subjects.subject = 'visit'
    and undo_subjects.is_new
    and undo_subjects.kept is null

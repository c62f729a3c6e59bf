-- The leads that the import created, with their scores.
delete from leads
using undo_subjects
where
    leads.shop_id = :shop_id
    and leads.id = undo_subjects.subject_id
    and undo_subjects.subject = 'lead'
    and undo_subjects.is_new
    and undo_subjects.kept is null

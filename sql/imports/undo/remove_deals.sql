-- The opportunities that the import created, with what they offer.
delete from opportunities
using undo_subjects
where
    opportunities.shop_id = :shop_id
    and opportunities.id = undo_subjects.subject_id
    and undo_subjects.subject = 'opportunity'
    and undo_subjects.is_new
    and undo_subjects.kept is null

-- The history of opportunities that go, and the move the import wrote for those that change back.
delete from stage_changes
using undo_subjects
where
    stage_changes.shop_id = :shop_id
    and stage_changes.opportunity_id = undo_subjects.subject_id
    and undo_subjects.subject = 'opportunity'
    and undo_subjects.kept is null
    and (
        undo_subjects.is_new
        or stage_changes.id = cast(undo_subjects.before ->> 'change_id' as uuid)
    )

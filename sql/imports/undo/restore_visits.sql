-- Changed visits say again what they said before.
update visits
set
    handled_by = old.handled_by,
    visit_type = old.visit_type,
    purpose = old.purpose,
    interest = old.interest,
    outcome = old.outcome,
    estimated_value = old.estimated_value,
    notes = old.notes,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as visits), undo_subjects.before -> 'visit') as old
where
    visits.shop_id = :shop_id
    and visits.id = undo_subjects.subject_id
    and undo_subjects.subject = 'visit'
    and not undo_subjects.is_new
    and undo_subjects.kept is null

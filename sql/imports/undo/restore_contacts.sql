-- Changed contacts say again what they said before.
update contacts
set
    name = old.name,
    email = old.email,
    notes = old.notes,
    other_phones = old.other_phones,
    tags = old.tags,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as contacts), undo_subjects.before -> 'contact') as old
where
    contacts.shop_id = :shop_id
    and contacts.id = undo_subjects.subject_id
    and undo_subjects.subject = 'contact'
    and not undo_subjects.is_new
    and undo_subjects.kept is null

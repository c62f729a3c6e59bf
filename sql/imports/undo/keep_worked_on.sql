-- A contact stays when people have worked on it: somebody was in touch, it was marked, it bought, or something is planned.
update undo_subjects
set kept = 'somebody worked on it since'
from contacts
where
    contacts.shop_id = :shop_id
    and contacts.id = undo_subjects.subject_id
    and undo_subjects.subject = 'contact'
    and undo_subjects.is_new
    and undo_subjects.kept is null
    and (
        contacts.touches > 0
        or contacts.status <> 'pending'
        or exists (
            select 1
            from follow_ups
            where
                follow_ups.shop_id = :shop_id
                and follow_ups.contact_id = contacts.id
        )
    )

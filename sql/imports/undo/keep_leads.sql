-- A lead stays when people have worked on it: it was talked with, something is noted or planned, it was converted here or
-- tagged, or a deal came of it.
update undo_subjects
set kept = 'somebody worked on it since'
from leads
where
    leads.shop_id = :shop_id
    and leads.id = undo_subjects.subject_id
    and undo_subjects.subject = 'lead'
    and undo_subjects.is_new
    and undo_subjects.kept is null
    and (
        exists (
            select 1
            from interactions
            where
                interactions.shop_id = :shop_id
                and interactions.lead_id = leads.id
        )
        or exists (
            select 1
            from notes
            where
                notes.shop_id = :shop_id
                and notes.lead_id = leads.id
        )
        or exists (
            select 1
            from follow_ups
            where
                follow_ups.shop_id = :shop_id
                and follow_ups.lead_id = leads.id
        )
        or exists (
            select 1
            from opportunities
            where
                opportunities.shop_id = :shop_id
                and opportunities.lead_id = leads.id
        )
        or exists (
            select 1
            from lead_taggings
            where
                lead_taggings.shop_id = :shop_id
                and lead_taggings.lead_id = leads.id
        )
    )

-- Changed opportunities say again what they said before.
update opportunities
set
    name = old.name,
    customer_id = old.customer_id,
    value = old.value,
    probability = old.probability,
    rep_id = old.rep_id,
    source = old.source,
    kind = old.kind,
    competitor = old.competitor,
    next_step = old.next_step,
    created_on = old.created_on,
    expected_close_on = old.expected_close_on,
    stage_id = old.stage_id,
    status = old.status,
    closed_on = old.closed_on,
    reason_id = old.reason_id,
    reason_note = old.reason_note,
    stage_since = old.stage_since,
    stage_since_on = old.stage_since_on,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as opportunities), undo_subjects.before -> 'opportunity') as old
where
    opportunities.shop_id = :shop_id
    and opportunities.id = undo_subjects.subject_id
    and undo_subjects.subject = 'opportunity'
    and not undo_subjects.is_new
    and undo_subjects.kept is null

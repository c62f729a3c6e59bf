-- The new opportunities. Those that ended came to their stage on the day they closed; the others when they began.
insert into opportunities (
    shop_id, id, ref, name, customer_id, stage_id, status, value, probability, expected_close_on, source, kind,
    competitor, next_step, reason_id, reason_note, rep_id, stage_since, stage_since_on, created_on, closed_on, import_id, created_at, created_by, updated_at,
    updated_by
)
select
    :shop_id,
    opportunity_id,
    ref,
    name,
    customer_id,
    stage_id,
    status,
    value,
    probability,
    expected_close_on,
    source,
    kind,
    competitor,
    next_step,
    reason_id,
    reason_note,
    rep_id,
    coalesce(closed_at, created_at, :now),
    coalesce(closed_on, created_on),
    created_on,
    closed_on,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_deals
where state = 'new'
order by row_number
returning id

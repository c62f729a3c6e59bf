-- The new visits.
insert into visits (
    shop_id, id, customer_id, visited_at, visited_on, handled_by, visit_type, purpose, interest, outcome,
    estimated_value, notes, import_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    visit_id,
    customer_id,
    visited_at,
    visited_on,
    rep_id,
    coalesce(visit_type, 'walk-in'),
    purpose,
    interest,
    outcome,
    estimated_value,
    notes,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_visits
where state = 'new'
order by first_row

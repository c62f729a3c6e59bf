-- The changed visits say what the file says; what it leaves open stays.
update visits
set
    handled_by = coalesce(sheet_visits.rep_id, visits.handled_by),
    visit_type = coalesce(sheet_visits.visit_type, visits.visit_type),
    purpose = coalesce(sheet_visits.purpose, visits.purpose),
    interest = coalesce(sheet_visits.interest, visits.interest),
    outcome = coalesce(sheet_visits.outcome, visits.outcome),
    estimated_value = coalesce(sheet_visits.estimated_value, visits.estimated_value),
    notes = coalesce(sheet_visits.notes, visits.notes),
    updated_at = :now,
    updated_by = :staff_id
from sheet_visits
where
    visits.shop_id = :shop_id
    and visits.id = sheet_visits.visit_id
    and sheet_visits.state = 'changed'

-- A visit on file that says something else than the file has changed; what the file leaves open is no difference.
update sheet_visits
set state = 'changed'
from visits
where
    visits.shop_id = :shop_id
    and visits.id = sheet_visits.visit_id
    and sheet_visits.state = 'stored'
    and (
        visits.handled_by is distinct from coalesce(sheet_visits.rep_id, visits.handled_by)
        or visits.visit_type <> coalesce(sheet_visits.visit_type, visits.visit_type)
        or visits.purpose is distinct from coalesce(sheet_visits.purpose, visits.purpose)
        or visits.interest is distinct from coalesce(sheet_visits.interest, visits.interest)
        or visits.outcome is distinct from coalesce(sheet_visits.outcome, visits.outcome)
        or visits.estimated_value is distinct from coalesce(sheet_visits.estimated_value, visits.estimated_value)
        or visits.notes is distinct from coalesce(sheet_visits.notes, visits.notes)
    )

-- What became of follow-ups of a demo shop, as far as nobody did something else with them.
update follow_ups
set
    closed_at = given.closed_at,
    closed_on = given.closed_on,
    closed_by = given.closed_by,
    closed_as = given.closed_as,
    answered_by_visit = visits.id,
    updated_at = given.closed_at,
    updated_by = given.closed_by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    closed_at timestamptz,
    closed_on date,
    closed_by uuid,
    closed_as text,
    answered_by uuid
)
left join visits
    on
        visits.shop_id = :shop_id
        and given.answered_by = visits.id
where
    follow_ups.shop_id = :shop_id
    and follow_ups.id = given.id
    and follow_ups.closed_at is null

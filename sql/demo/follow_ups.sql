-- What was agreed on at visits to a demo shop.
insert into follow_ups (
    shop_id,
    id,
    about,
    due_on,
    customer_id,
    assigned_to,
    visit_id,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    :shop_id,
    given.id,
    given.about,
    given.due_on,
    visits.customer_id,
    given.assigned_to,
    visits.id,
    given.planned_at,
    given.assigned_to,
    given.planned_at,
    given.assigned_to
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    about text,
    due_on date,
    visit_id uuid,
    assigned_to uuid,
    planned_at timestamptz
)
inner join visits
    on
        visits.shop_id = :shop_id
        and given.visit_id = visits.id
on conflict do nothing

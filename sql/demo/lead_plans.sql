-- What was promised to leads of a demo shop.
insert into follow_ups (
    shop_id, id, kind, about, due_on, lead_id, assigned_to, interaction_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    given.id,
    'next step',
    given.about,
    given.due_on,
    leads.id,
    given.by,
    given.interaction_id,
    given.at,
    given.by,
    given.at,
    given.by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    lead_id uuid,
    about text,
    due_on date,
    by uuid,
    interaction_id uuid,
    at timestamptz
)
inner join leads
    on
        leads.shop_id = :shop_id
        and given.lead_id = leads.id
on conflict do nothing

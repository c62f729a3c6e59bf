-- What was promised to contacts of a demo shop.
insert into follow_ups (
    shop_id, id, kind, about, due_on, contact_id, assigned_to, interaction_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    given.id,
    'next step',
    given.about,
    given.due_on,
    contacts.id,
    given.by,
    given.interaction_id,
    given.at,
    given.by,
    given.at,
    given.by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    contact_id uuid,
    about text,
    due_on date,
    by uuid,
    interaction_id uuid,
    at timestamptz
)
inner join contacts
    on
        contacts.shop_id = :shop_id
        and given.contact_id = contacts.id
on conflict do nothing

-- The people of companies among the customers of a demo shop.
insert into contact_people (
    shop_id, id, customer_id, name, job_title, role, preferred_channel, is_primary, created_at, updated_at
)
select
    :shop_id,
    given.id,
    given.customer_id,
    given.name,
    given.job_title,
    given.role,
    given.preferred_channel,
    given.is_primary,
    given.at,
    given.at
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    customer_id uuid,
    name text,
    job_title text,
    role text,
    preferred_channel text,
    is_primary boolean,
    at timestamptz
)
on conflict do nothing

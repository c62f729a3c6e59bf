-- The leads of a demo shop, as they came up.
insert into leads (
    shop_id, id, name, company, job_title, phone, phone_typed, email, city, postcode, source, quality, notes, assigned_to,
    assigned_at, created_on, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    given.id,
    given.name,
    given.company,
    given.job_title,
    given.phone,
    given.phone_typed,
    given.email,
    given.city,
    given.postcode,
    given.source,
    given.quality,
    given.notes,
    given.assigned_to,
    case when given.assigned_to is not null then given.at end,
    given."on",
    given.at,
    given.assigned_to,
    given.at,
    given.assigned_to
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    name text,
    company text,
    job_title text,
    phone text,
    phone_typed text,
    email text,
    city text,
    postcode text,
    source text,
    quality text,
    notes text,
    assigned_to uuid,
    at timestamptz,
    "on" date
)
on conflict do nothing

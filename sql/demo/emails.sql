-- The e-mail addresses of people of companies in a demo shop.
insert into emails (shop_id, id, contact_person_id, address, kind, is_primary, verified_at, created_at)
select
    :shop_id,
    given.id,
    given.contact_person_id,
    given.address,
    'work',
    true,
    case when given.is_verified then given.at end,
    given.at
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    contact_person_id uuid,
    address text,
    is_verified boolean,
    at timestamptz
)
on conflict do nothing

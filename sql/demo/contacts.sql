-- The people of a demo shop's contact sheets.
insert into contacts (
    shop_id, id, phone, phone_typed, phone_kind, name, whatsapp, assigned_to, assigned_at, import_id, uploaded_on,
    customer_id, created_at, updated_at
)
select
    :shop_id,
    given.id,
    given.phone,
    given.phone_typed,
    given.phone_kind,
    given.name,
    given.whatsapp,
    given.assigned_to,
    case when given.assigned_to is not null then given.at end,
    given.import_id,
    given."on",
    customers.id,
    given.at,
    given.at
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    phone text,
    phone_typed text,
    phone_kind text,
    name text,
    whatsapp text,
    assigned_to uuid,
    import_id uuid,
    at timestamptz,
    "on" date
)
left join customers
    on
        customers.shop_id = :shop_id
        and given.phone = customers.phone
        and customers.hidden_at is null
on conflict do nothing

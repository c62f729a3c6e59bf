-- Calls and messages to customers of a demo shop.
insert into interactions (
    shop_id,
    id,
    customer_id,
    kind,
    direction,
    happened_at,
    happened_on,
    handled_by,
    subject,
    notes,
    minutes,
    outcome,
    sentiment,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    :shop_id,
    given.id,
    customers.id,
    given.kind,
    'out',
    given.happened_at,
    given.happened_on,
    given.handled_by,
    given.subject,
    given.notes,
    given.minutes,
    given.outcome,
    given.sentiment,
    given.happened_at,
    given.handled_by,
    given.happened_at,
    given.handled_by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    customer_id uuid,
    kind text,
    happened_at timestamptz,
    happened_on date,
    handled_by uuid,
    subject text,
    notes text,
    minutes integer,
    outcome text,
    sentiment text
)
inner join customers
    on
        customers.shop_id = :shop_id
        and given.customer_id = customers.id
on conflict do nothing

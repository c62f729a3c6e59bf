-- Talk with the leads of a demo shop.
insert into interactions (
    shop_id, id, lead_id, kind, direction, happened_at, happened_on, handled_by, notes, outcome, created_at, created_by,
    updated_at, updated_by
)
select
    :shop_id,
    given.id,
    leads.id,
    given.kind,
    given.direction,
    given.at,
    given."on",
    given.by,
    given.notes,
    given.outcome,
    given.at,
    given.by,
    given.at,
    given.by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    lead_id uuid,
    kind text,
    direction text,
    at timestamptz,
    "on" date,
    by uuid,
    notes text,
    outcome text
)
inner join leads
    on
        leads.shop_id = :shop_id
        and given.lead_id = leads.id
on conflict do nothing

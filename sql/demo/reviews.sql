-- Reviews that were asked for after visits to a demo shop.
insert into reviews (
    shop_id,
    id,
    customer_id,
    visit_id,
    requested_at,
    requested_on,
    requested_by,
    channel,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    :shop_id,
    given.id,
    visits.customer_id,
    visits.id,
    given.requested_at,
    given.requested_on,
    given.requested_by,
    given.channel,
    given.requested_at,
    given.requested_by,
    given.requested_at,
    given.requested_by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    visit_id uuid,
    requested_at timestamptz,
    requested_on date,
    requested_by uuid,
    channel text
)
inner join visits
    on
        visits.shop_id = :shop_id
        and given.visit_id = visits.id
on conflict do nothing

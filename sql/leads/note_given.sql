-- One line of the record for each lead that is given to somebody; before the change.
insert into activities (shop_id, id, at, staff_id, via, what, subject, subject_id, detail)
select
    :shop_id,
    line.id,
    cast(:at as timestamptz),
    cast(:staff_id as uuid),
    :via,
    'lead given',
    'lead',
    leads.id,
    jsonb_build_object(
        'before', jsonb_build_object('assigned_to', leads.assigned_to),
        'after', jsonb_build_object('assigned_to', line.given_to)
    )
from unnest(
    cast(:ids as uuid[]),
    cast(:lead_ids as uuid[]),
    cast(:given_to as uuid[])
) as line (id, lead_id, given_to)
inner join leads
    on
        leads.shop_id = :shop_id
        and line.lead_id = leads.id

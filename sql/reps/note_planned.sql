-- One line of the timeline for each follow-up that goes along with its customer to another rep; before the change.
insert into activities (shop_id, id, at, staff_id, via, what, subject, subject_id, customer_id, detail)
select
    :shop_id,
    line.id,
    cast(:at as timestamptz),
    cast(:staff_id as uuid),
    :via,
    'follow-up given on',
    'follow-up',
    follow_ups.id,
    follow_ups.customer_id,
    jsonb_build_object(
        'kind', follow_ups.kind,
        'about', follow_ups.about,
        'due_on', follow_ups.due_on,
        'before', jsonb_build_object('assigned_to', follow_ups.assigned_to),
        'after', jsonb_build_object('assigned_to', cast(:rep_id as uuid))
    )
from unnest(
    cast(:ids as uuid[]),
    cast(:follow_up_ids as uuid[])
) as line (id, follow_up_id)
inner join follow_ups
    on
        follow_ups.shop_id = :shop_id
        and line.follow_up_id = follow_ups.id

-- One line of the timeline for each customer whose sales rep changed.
insert into activities (shop_id, id, at, staff_id, via, what, subject, subject_id, customer_id, detail)
select
    :shop_id,
    line.id,
    cast(:at as timestamptz),
    cast(:staff_id as uuid),
    :via,
    'sales rep changed',
    'customer',
    line.customer_id,
    line.customer_id,
    jsonb_build_object(
        'before', jsonb_build_object('rep_id', line.rep_before),
        'after', jsonb_build_object('rep_id', cast(:rep_id as uuid))
    )
from unnest(
    cast(:ids as uuid[]),
    cast(:customer_ids as uuid[]),
    cast(:reps_before as uuid[])
) as line (id, customer_id, rep_before)

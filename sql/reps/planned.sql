-- What the reps of these customers had still to do for them.
select follow_ups.id
from unnest(
    cast(:customer_ids as uuid[]),
    cast(:reps_before as uuid[])
) as given (customer_id, rep_before)
inner join follow_ups
    on
        follow_ups.shop_id = :shop_id
        and given.customer_id = follow_ups.customer_id
        and given.rep_before = follow_ups.assigned_to
where follow_ups.closed_at is null

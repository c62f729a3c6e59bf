-- What whoever had these leads had still to do about them, by the person it goes along to.
select
    given.given_to,
    array_agg(follow_ups.id order by follow_ups.id) as follow_up_ids
from unnest(
    cast(:lead_ids as uuid[]),
    cast(:given_to as uuid[])
) as given (lead_id, given_to)
inner join leads
    on
        leads.shop_id = :shop_id
        and given.lead_id = leads.id
inner join follow_ups
    on
        follow_ups.shop_id = :shop_id
        and given.lead_id = follow_ups.lead_id
        and leads.assigned_to = follow_ups.assigned_to
where follow_ups.closed_at is null
group by given.given_to

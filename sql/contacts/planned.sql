-- What whoever had these contacts had still to do about them, by the person it goes along to.
select
    given.given_to,
    array_agg(follow_ups.id order by follow_ups.id) as follow_up_ids
from unnest(
    cast(:contact_ids as uuid[]),
    cast(:given_to as uuid[])
) as given (contact_id, given_to)
inner join contacts
    on
        contacts.shop_id = :shop_id
        and given.contact_id = contacts.id
inner join follow_ups
    on
        follow_ups.shop_id = :shop_id
        and given.contact_id = follow_ups.contact_id
        and contacts.assigned_to = follow_ups.assigned_to
where follow_ups.closed_at is null
group by given.given_to

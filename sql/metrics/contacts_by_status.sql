-- Contacts uploaded in the period, by where they stand now: pending, contacted, visited without buying, converted.
with

counted as (

    select
        status,
        count(*) as contacts
    from contacts
    where
        shop_id = :shop_id
        and uploaded_on >= :since
        and uploaded_on < :until
    group by status

)

select
    statuses.status,
    coalesce(counted.contacts, 0) as contacts
from (
    values
    (1, 'pending'),
    (2, 'contacted'),
    (3, 'yellow'),
    (4, 'converted')
) as statuses (nth, status)
left join counted on statuses.status = counted.status
order by statuses.nth

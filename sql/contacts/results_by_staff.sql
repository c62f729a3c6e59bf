-- What came of the contacts each person has: those of the period by where they stand now, and what those who bought brought
-- in.
-- Of one upload and of one person only, if they are given.
with

counted as (

    select
        contacts.assigned_to as key,
        count(*) as uploaded,
        count(*) filter (where contacts.status = 'pending') as pending,
        count(*) filter (where contacts.status = 'contacted') as contacted,
        count(*) filter (where contacts.status = 'yellow') as yellow,
        count(*) filter (where contacts.status = 'converted') as converted,
        coalesce(sum(conversion_truth.value), 0) as value
    from contacts
    left join conversion_truth
        on
            contacts.shop_id = conversion_truth.shop_id
            and contacts.id = conversion_truth.contact_id
    where
        contacts.shop_id = :shop_id
        and contacts.uploaded_on >= :since
        and contacts.uploaded_on < :until
        and (cast(:upload as uuid) is null or contacts.import_id = cast(:upload as uuid))
        and (cast(:assigned_to as uuid) is null or contacts.assigned_to = cast(:assigned_to as uuid))
    group by contacts.assigned_to

)

select
    counted.*,
    memberships.name,
    cast(null as timestamptz) as at
from counted
left join memberships
    on
        memberships.shop_id = :shop_id
        and counted.key = memberships.staff_id
order by
    memberships.name nulls last,
    counted.key

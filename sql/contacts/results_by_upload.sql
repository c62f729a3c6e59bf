-- What came of each upload: its contacts of the period by where they stand now, and what those who bought brought in.
-- Of one upload and of one person only, if they are given.
with

counted as (

    select
        contacts.import_id as key,
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
    group by contacts.import_id

)

select
    counted.*,
    imports.file_name as name,
    imports.created_at as at
from counted
left join imports
    on
        imports.shop_id = :shop_id
        and counted.key = imports.id
order by
    imports.created_at desc nulls last,
    counted.key

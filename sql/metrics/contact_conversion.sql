-- Of the contacts uploaded in the period, the share who bought since; beside it of those somebody was in touch with.
with

counted as (

    select
        count(*) as uploaded,
        count(*) filter (where status <> 'pending') as contacted,
        count(*) filter (where status = 'converted') as converted
    from contacts
    where
        shop_id = :shop_id
        and uploaded_on >= :since
        and uploaded_on < :until

)

select
    converted as part,
    uploaded as whole,
    json_build_array(row_to_json(counted)) as rows
from counted

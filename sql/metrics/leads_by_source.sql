-- Leads that came up in the period, by where they came from; where nobody wrote it down “unknown”. A source is one whatever
-- its case.
with

spelt as (

    select
        source,
        status,
        count(*) as leads
    from leads
    where
        shop_id = :shop_id
        and created_on >= :since
        and created_on < :until
    group by
        source,
        status

)

select
    coalesce(min(source), 'unknown') as source,
    cast(sum(leads) as integer) as leads,
    cast(coalesce(sum(leads) filter (where status = 'converted'), 0) as integer) as converted
from spelt
group by coalesce(lower(source), 'unknown')
order by
    leads desc,
    coalesce(lower(source), 'unknown')

-- Of the leads that came up in the period, the share that became customers since; and source by source, where nobody wrote
-- it down “unknown”. A source is one whatever its case.
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

),

by_source as (

    select
        coalesce(lower(source), 'unknown') as key,
        coalesce(min(source), 'unknown') as source,
        coalesce(sum(leads) filter (where status = 'converted'), 0) as converted,
        sum(leads) as leads
    from spelt
    group by coalesce(lower(source), 'unknown')

)

select
    cast(coalesce(sum(converted), 0) as integer) as part,
    cast(coalesce(sum(leads), 0) as integer) as whole,
    coalesce(
        json_agg(
            json_build_object(
                'source', source,
                'converted', converted,
                'leads', leads,
                'rate', round(100.0 * converted / leads, 2)
            )
            order by
                leads desc,
                key
        ),
        '[]'
    ) as rows
from by_source

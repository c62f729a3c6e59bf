-- Of the leads that came up in the period, the share that became customers since; and source by source, where nobody wrote
-- it down “unknown”. A source is one whatever its case.
with

by_source as (

    select
        coalesce(lower(source), 'unknown') as key,
        coalesce(min(source), 'unknown') as source,
        count(*) filter (where status = 'converted') as converted,
        count(*) as leads
    from leads
    where
        shop_id = :shop_id
        and created_on >= :since
        and created_on < :until
    group by coalesce(lower(source), 'unknown')

)

select
    coalesce(sum(converted), 0) as part,
    coalesce(sum(leads), 0) as whole,
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

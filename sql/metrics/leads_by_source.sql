-- Leads that came up in the period, by where they came from; where nobody wrote it down “unknown”. A source is one whatever
-- its case.
select
    coalesce(min(source), 'unknown') as source,
    count(*) as leads,
    count(*) filter (where status = 'converted') as converted
from leads
where
    shop_id = :shop_id
    and created_on >= :since
    and created_on < :until
group by coalesce(lower(source), 'unknown')
order by
    leads desc,
    coalesce(lower(source), 'unknown')

-- Leads that came up in the period, by where they stand now: new, contacted, qualified, not qualified, converted.
with

counted as (

    select
        status,
        count(*) as leads
    from leads
    where
        shop_id = :shop_id
        and created_on >= :since
        and created_on < :until
    group by status

)

select
    statuses.status,
    coalesce(counted.leads, 0) as leads
from (
    values
    (1, 'new'),
    (2, 'contacted'),
    (3, 'qualified'),
    (4, 'unqualified'),
    (5, 'converted')
) as statuses (nth, status)
left join counted on statuses.status = counted.status
order by statuses.nth

-- Visits of the period by how interested the customer was. Null: nobody said.
with

sums as (

    select
        sum(visits) as visits,
        sum(high) as high,
        sum(medium) as medium,
        sum(low) as low,
        sum(not_interested) as not_interested
    from visit_hours
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until

)

select
    counts.interest,
    coalesce(counts.visits, 0) as visits
from sums
cross join lateral (
    values
    (1, 'high', sums.high),
    (2, 'medium', sums.medium),
    (3, 'low', sums.low),
    (4, 'not_interested', sums.not_interested),
    (5, null, sums.visits - sums.high - sums.medium - sums.low - sums.not_interested)
) as counts (nth, interest, visits)
where
    counts.interest is not null
    or counts.visits <> 0
order by counts.nth

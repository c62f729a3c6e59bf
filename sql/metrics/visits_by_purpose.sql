-- Visits of the period by what the customer came for. Null: nobody said.
with

sums as (

    select
        sum(visits) as visits,
        sum(browsing) as browsing,
        sum(purchase_intent) as purchase_intent,
        sum(complaint) as complaint,
        sum(service) as service
    from visit_hours
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until

)

select
    counts.purpose,
    coalesce(counts.visits, 0) as visits
from sums
cross join lateral (
    values
    (1, 'browsing', sums.browsing),
    (2, 'purchase_intent', sums.purchase_intent),
    (3, 'complaint', sums.complaint),
    (4, 'service', sums.service),
    (5, null, sums.visits - sums.browsing - sums.purchase_intent - sums.complaint - sums.service)
) as counts (nth, purpose, visits)
where
    counts.purpose is not null
    or counts.visits <> 0
order by counts.nth

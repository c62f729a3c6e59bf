-- Visits of the period by their type.
with

sums as (

    select
        sum(walk_in) as walk_in,
        sum(scheduled) as scheduled,
        sum(follow_up) as follow_up,
        sum(delivery) as delivery
    from visit_hours
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until

)

select
    counts.visit_type,
    coalesce(counts.visits, 0) as visits
from sums
cross join lateral (
    values
    (1, 'walk-in', sums.walk_in),
    (2, 'scheduled', sums.scheduled),
    (3, 'follow-up', sums.follow_up),
    (4, 'delivery', sums.delivery)
) as counts (nth, visit_type, visits)
order by counts.nth

-- Fill visit_hours from the truth.
insert into visit_hours (
    shop_id, day, hour, slot, visits, walk_in, scheduled, follow_up, delivery, browsing, purchase_intent,
    complaint, service, high, medium, low, not_interested
)
select
    shop_id,
    day,
    hour,
    0,
    visits,
    walk_in,
    scheduled,
    follow_up,
    delivery,
    browsing,
    purchase_intent,
    complaint,
    service,
    high,
    medium,
    low,
    not_interested
from visit_hour_truth
where shop_id = :shop_id

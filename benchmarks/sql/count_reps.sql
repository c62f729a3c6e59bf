-- Fill rep_days from the truth.
insert into rep_days (shop_id, day, rep_id, slot, purchases, revenue, visits)
select
    shop_id,
    day,
    rep_id,
    0,
    purchases,
    revenue,
    visits
from rep_day_truth
where shop_id = :shop_id

-- Fill visitor_days from the truth.
insert into visitor_days (
    shop_id, customer_id, day, rep_id, visited_after, returned_after, interested_after, quoted_after, purchased_after,
    bought_after, handled_after, handled_and_bought_after
)
select
    shop_id,
    customer_id,
    day,
    rep_id,
    visited_after,
    returned_after,
    interested_after,
    quoted_after,
    purchased_after,
    bought_after,
    handled_after,
    handled_and_bought_after
from visitor_day_truth
where shop_id = :shop_id

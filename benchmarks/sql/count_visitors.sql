-- Set the counters of everybody who visited from the truth.
update customers
set
    visit_count = truth.visit_count,
    first_visit_on = truth.first_visit_on,
    second_visit_on = truth.second_visit_on,
    last_visit_on = truth.last_visit_on
from visitor_truth as truth
where
    truth.shop_id = :shop_id
    and customers.shop_id = :shop_id
    and customers.id = truth.customer_id

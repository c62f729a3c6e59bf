-- Set every customer's counters from the truth.
update customers
set
    order_count = truth.order_count,
    return_count = truth.return_count,
    total_spent = truth.total_spent,
    first_purchase_on = truth.first_purchase_on,
    second_purchase_on = truth.second_purchase_on,
    last_purchase_on = truth.last_purchase_on
from buyer_truth as truth
where
    truth.shop_id = :shop_id
    and customers.shop_id = :shop_id
    and customers.id = truth.customer_id

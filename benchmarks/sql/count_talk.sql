-- The day each customer of a shop was last talked with, from the truth.
update customers
set last_talk_on = talk_truth.last_talk_on
from talk_truth
where
    customers.shop_id = :shop_id
    and talk_truth.shop_id = :shop_id
    and customers.id = talk_truth.customer_id

-- Fill shop_days from the truth.
insert into shop_days (
    shop_id, day, slot, people, purchases, returns, revenue, purchase_revenue, anonymous_revenue,
    customer_purchases, customer_revenue, new_revenue, buyers, repeat_buyers, became_repeat, visits,
    visitors, revisitors, became_revisitor
)
select
    shop_id,
    day,
    0,
    people,
    purchases,
    returns,
    revenue,
    purchase_revenue,
    anonymous_revenue,
    customer_purchases,
    customer_revenue,
    new_revenue,
    buyers,
    repeat_buyers,
    became_repeat,
    visits,
    visitors,
    revisitors,
    became_revisitor
from shop_day_truth
where shop_id = :shop_id

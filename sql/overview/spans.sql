-- The shop's sums, one row for each span of days that had anything. Span 1 begins with the first of the days in
-- `starts` (which are in order) and ends before the second, and so on; span 0 is everything before them all.
-- Every figure of the Overview is a sum of these rows: sales within a period, customers up to a day. They are the
-- figures of sql/metrics, read in one scan.
select
    width_bucket(day, cast(:starts as date[])) as span,
    sum(people) as people,
    sum(purchases) as purchases,
    sum(returns) as returns,
    sum(revenue) as revenue,
    sum(purchase_revenue) as purchase_revenue,
    sum(anonymous_revenue) as anonymous_revenue,
    sum(customer_purchases) as customer_purchases,
    sum(customer_revenue) as customer_revenue,
    sum(new_revenue) as new_revenue,
    sum(buyers) as buyers,
    sum(became_repeat) as became_repeat
from shop_days
where shop_id = :shop_id
group by 1

-- What customers spent in each month of the period, parted into the month of their first purchase and all later ones.
-- Returns taken off. Sales without a customer's name don't enter.
select
    cast(date_trunc('month', day) as date) as month,
    sum(new_revenue) as new_revenue,
    sum(customer_revenue - new_revenue) as returning_revenue
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until
group by 1
having
    sum(customer_purchases) <> 0
    or sum(customer_revenue) <> 0
order by 1

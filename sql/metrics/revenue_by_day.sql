-- Completed sales minus returns, and the number of purchases, on each day of the period that had any.
select
    day,
    sum(revenue) as revenue,
    sum(purchases) as purchases
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until
group by day
having
    sum(purchases) <> 0
    or sum(returns) <> 0
order by day

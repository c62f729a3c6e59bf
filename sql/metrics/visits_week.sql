-- Visits of the last 7 days of the shop, today included, whatever the period. What lies in the future doesn't count.
select coalesce(sum(visits), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

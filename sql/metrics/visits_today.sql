-- Visits whose day is the shop's today, whatever the period. The day ends at midnight on the shop's clock.
select coalesce(sum(visits), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

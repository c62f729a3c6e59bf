-- Customers whose first purchase was in the period.
select coalesce(sum(buyers), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

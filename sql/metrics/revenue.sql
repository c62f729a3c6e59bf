-- Completed sales minus returns, in the period.
select coalesce(sum(revenue), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

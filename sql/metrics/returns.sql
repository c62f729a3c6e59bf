-- Times goods came back in the period.
select coalesce(sum(returns), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

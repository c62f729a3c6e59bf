-- Visits in the period, one a customer and day. A visit counts whether or not its customer was hidden later.
select coalesce(sum(visits), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

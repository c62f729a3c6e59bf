-- Customers who bought two times or more, up to the last day of the period.
-- A repeat customer is counted on the day of the second purchase.
select coalesce(sum(became_repeat), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day < :until

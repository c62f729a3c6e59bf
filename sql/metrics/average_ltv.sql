-- What one customer has spent so far, on average, returns taken off. It looks back; it is no forecast.
-- Up to the last day of the period. Sales without a customer's name don't enter.
select
    coalesce(sum(customer_revenue), 0) as part,
    coalesce(sum(buyers), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day < :until

-- How many times one customer has bought so far, on average.
-- Up to the last day of the period. Returns are no purchases.
select
    coalesce(sum(customer_purchases), 0) as part,
    coalesce(sum(buyers), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day < :until

-- People and companies with at least one purchase, up to the last day of the period.
-- A customer is counted on the day of the first purchase.
select coalesce(sum(buyers), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day < :until

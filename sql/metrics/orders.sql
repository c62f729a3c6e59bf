-- Completed purchases in the period. Drafts, cancelled sales and returns don't count.
select coalesce(sum(purchases), 0) as value
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

-- Of the customers who visited at least once, the share who visited on two days or more.
-- Since the beginning of the books, up to the last day of the period.
select
    coalesce(sum(became_revisitor), 0) as part,
    coalesce(sum(visitors), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day < :until

-- Of all customers, the share who bought two times or more.
-- Since the beginning of the books, up to the last day of the period.
select
    coalesce(sum(became_repeat), 0) as part,
    coalesce(sum(buyers), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day < :until

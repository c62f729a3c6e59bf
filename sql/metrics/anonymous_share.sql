-- Of the period's revenue, the share sold without a customer's name. Both after returns: where these turn the
-- revenue, or either part of it, below zero, no share is told.
select
    coalesce(sum(anonymous_revenue), 0) as part,
    coalesce(sum(revenue), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

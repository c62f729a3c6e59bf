-- Of the period's revenue, the share sold without a customer's name.
select
    coalesce(sum(anonymous_revenue), 0) as part,
    coalesce(sum(revenue), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

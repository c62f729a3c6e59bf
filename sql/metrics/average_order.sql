-- What one purchase in the period came to, on average.
-- Returns are left out of both sides.
select
    coalesce(sum(purchase_revenue), 0) as part,
    coalesce(sum(purchases), 0) as whole
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

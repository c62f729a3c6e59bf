-- Of the customers who visited in the period, the share who bought on the day of the visit or within the 30 days after it,
-- or as many days as the shop has set. A purchase counts whoever sold it. Visits whose days are not over yet count too, so
-- that the share of a period which has just ended can still rise.
select
    count(*) filter (where bought_after < :since) as part,
    count(*) filter (where visited_after < :since) as whole
from visitor_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

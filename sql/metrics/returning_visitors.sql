-- Of the customers who visited in the period, the share who had visited before.
-- An earlier visit counts whether it fell inside the period or long before it. Each visitor counts once: on the first visit
-- of the period, and as returning on the first one of it that was not their very first.
select
    count(*) filter (where returned_after < :since) as part,
    count(*) filter (where visited_after < :since) as whole
from visitor_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until

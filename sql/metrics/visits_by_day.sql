-- Visits on each day of the period that had any.
select
    day,
    sum(visits) as visits
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until
group by day
having sum(visits) <> 0
order by day

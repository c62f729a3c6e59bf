-- Visits of the period by weekday, Monday first, and by the hour of the shop's clock in which they began.
-- weekday counts from 1 to 7, hour from 0 to 23. Hours without visits are left out.
select
    cast(extract(isodow from day) as integer) as weekday,
    hour,
    sum(visits) as visits
from visit_hours
where
    shop_id = :shop_id
    and day >= :since
    and day < :until
group by
    weekday,
    hour
having sum(visits) <> 0
order by
    weekday,
    hour

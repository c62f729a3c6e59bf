-- The day of the shop's first visit. Null for a shop that has none.
select day
from shop_days
where shop_id = :shop_id
group by day
having sum(visits) <> 0
order by day
limit 1

-- The day of the shop's latest visit. Null for a shop that has none.
select day
from shop_days
where shop_id = :shop_id
group by day
having sum(visits) <> 0
order by day desc
limit 1

-- The day the shop's books begin: the first on which anybody came on file or anything was sold. Null for an empty shop.
select day
from shop_days
where shop_id = :shop_id
group by day
having
    sum(people) <> 0
    or sum(purchases) <> 0
    or sum(returns) <> 0
order by day
limit 1

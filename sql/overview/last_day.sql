-- The last day on which anything was sold or came back. Null for a shop that has sold nothing.
select day
from shop_days
where shop_id = :shop_id
group by day
having
    sum(purchases) <> 0
    or sum(returns) <> 0
order by day desc
limit 1

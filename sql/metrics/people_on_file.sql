-- People and companies on file who are not hidden, whether they bought or not.
select coalesce(sum(people), 0) as value
from shop_days
where shop_id = :shop_id

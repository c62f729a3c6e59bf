-- People on file who are not hidden, those of them who ever bought, and those who bought more than once.
select
    cast(coalesce(sum(people), 0) as integer) as people,
    cast(coalesce(sum(buyers), 0) as integer) as buyers,
    cast(coalesce(sum(repeat_buyers), 0) as integer) as repeat_buyers
from shop_days
where shop_id = :shop_id

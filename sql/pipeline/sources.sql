-- The sources opportunities came from, the most frequent first.
select source
from opportunities
where
    shop_id = :shop_id
    and source is not null
group by source
order by
    count(*) desc,
    source
limit 100

-- The sources of the opportunities one sees, by name.
select source
from opportunities
where
    shop_id = :shop_id
    and source is not null
group by source
order by
    lower(source),
    source
limit 100

-- How many of a day are green, to watch and red, counted from what was written down of it.
insert into health_days (shop_id, scored_on, green, watch, red)
select
    shop_id,
    scored_on,
    count(*) filter (where score >= 75),
    count(*) filter (where score >= 50 and score < 75),
    count(*) filter (where score < 50)
from health_scores
where
    shop_id = :shop_id
    and scored_on = :day
group by
    shop_id,
    scored_on
on conflict (shop_id, scored_on) do update set
    green = excluded.green,
    watch = excluded.watch,
    red = excluded.red

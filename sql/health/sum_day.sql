-- How many of a day, or of every day, are green, to watch and red, counted from what was written down.
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
    and (cast(:day as date) is null or scored_on = cast(:day as date))
group by
    shop_id,
    scored_on
on conflict (shop_id, scored_on) do update set
    green = excluded.green,
    watch = excluded.watch,
    red = excluded.red

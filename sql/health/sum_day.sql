-- How many of a day, or of every day, are green, to watch and red, counted from what was written down. A day of which a
-- person wrote something down before everybody was measured waits for that: until then the day before it counts. In a shop
-- where nobody was ever measured, what people write down is all there is.
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
having
    bool_or(not factors ? 'by_hand')
    or exists (
        select 1
        from health_days
        where
            health_days.shop_id = :shop_id
            and health_days.scored_on = health_scores.scored_on
    )
    or not exists (
        select 1
        from health_scores as measured
        where
            measured.shop_id = :shop_id
            and not measured.factors ? 'by_hand'
    )
on conflict (shop_id, scored_on) do update set
    green = excluded.green,
    watch = excluded.watch,
    red = excluded.red
returning scored_on

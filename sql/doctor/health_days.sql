-- Days whose sums of green, watch and red are not what their scores say. A day with scores by hand alone has no sums yet.
with

counted as (

    select
        scored_on,
        count(*) filter (where score >= 75) as green,
        count(*) filter (where score >= 50 and score < 75) as watch,
        count(*) filter (where score < 50) as red,
        bool_or(not factors ? 'by_hand') as was_measured
    from health_scores
    where shop_id = :shop_id
    group by scored_on

),

kept as (

    select
        scored_on,
        green,
        watch,
        red
    from health_days
    where shop_id = :shop_id

),

differences as (

    select
        coalesce(counted.scored_on, kept.scored_on) as day,
        coalesce(kept.green, 0) - coalesce(counted.green, 0) as green,
        coalesce(kept.watch, 0) - coalesce(counted.watch, 0) as watch,
        coalesce(kept.red, 0) - coalesce(counted.red, 0) as red
    from counted
    full join kept on counted.scored_on = kept.scored_on
    where
        kept.scored_on is not null
        or counted.was_measured

)

select
    to_char(day, 'YYYY-MM-DD') as subject,
    green,
    watch,
    red,
    count(*) over () as found
from differences
where
    green <> 0
    or watch <> 0
    or red <> 0
order by day
limit :most

-- Days of a sales rep whose stored sums differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        day,
        rep_id,
        purchases,
        revenue,
        visits
    from rep_days
    where shop_id = :shop_id
    union all
    select
        day,
        rep_id,
        -purchases,
        -revenue,
        -visits
    from rep_day_truth
    where shop_id = :shop_id

),

differences as (

    select
        day,
        rep_id,
        sum(purchases) as purchases,
        sum(revenue) as revenue,
        sum(visits) as visits
    from parts
    group by
        day,
        rep_id

)

select
    concat_ws(' of ', day, rep_id) as subject,
    count(*) over () as found,
    purchases,
    revenue,
    visits
from differences
where
    purchases <> 0
    or revenue <> 0
    or visits <> 0
order by
    day,
    rep_id
limit :most

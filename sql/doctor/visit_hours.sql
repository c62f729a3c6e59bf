-- Hours of a day whose stored sums of visits differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        day,
        hour,
        visits,
        walk_in,
        scheduled,
        follow_up,
        delivery,
        browsing,
        purchase_intent,
        complaint,
        service,
        high,
        medium,
        low,
        not_interested
    from visit_hours
    where shop_id = :shop_id
    union all
    select
        day,
        hour,
        -visits,
        -walk_in,
        -scheduled,
        -follow_up,
        -delivery,
        -browsing,
        -purchase_intent,
        -complaint,
        -service,
        -high,
        -medium,
        -low,
        -not_interested
    from visit_hour_truth
    where shop_id = :shop_id

),

differences as (

    select
        day,
        hour,
        sum(visits) as visits,
        sum(walk_in) as walk_in,
        sum(scheduled) as scheduled,
        sum(follow_up) as follow_up,
        sum(delivery) as delivery,
        sum(browsing) as browsing,
        sum(purchase_intent) as purchase_intent,
        sum(complaint) as complaint,
        sum(service) as service,
        sum(high) as high,
        sum(medium) as medium,
        sum(low) as low,
        sum(not_interested) as not_interested
    from parts
    group by
        day,
        hour

)

select
    concat_ws(' at ', day, hour) as subject,
    count(*) over () as found,
    visits,
    walk_in,
    scheduled,
    follow_up,
    delivery,
    browsing,
    purchase_intent,
    complaint,
    service,
    high,
    medium,
    low,
    not_interested
from differences
where
    visits <> 0
    or walk_in <> 0
    or scheduled <> 0
    or follow_up <> 0
    or delivery <> 0
    or browsing <> 0
    or purchase_intent <> 0
    or complaint <> 0
    or service <> 0
    or high <> 0
    or medium <> 0
    or low <> 0
    or not_interested <> 0
order by
    day,
    hour
limit :most

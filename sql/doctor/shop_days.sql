-- Days whose stored sums differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        day,
        people,
        purchases,
        returns,
        revenue,
        purchase_revenue,
        anonymous_revenue,
        customer_purchases,
        customer_revenue,
        new_revenue,
        buyers,
        repeat_buyers,
        became_repeat,
        visits,
        visitors,
        revisitors,
        became_revisitor
    from shop_days
    where shop_id = :shop_id
    union all
    select
        day,
        -people,
        -purchases,
        -returns,
        -revenue,
        -purchase_revenue,
        -anonymous_revenue,
        -customer_purchases,
        -customer_revenue,
        -new_revenue,
        -buyers,
        -repeat_buyers,
        -became_repeat,
        -visits,
        -visitors,
        -revisitors,
        -became_revisitor
    from shop_day_truth
    where shop_id = :shop_id

),

differences as (

    select
        day,
        sum(people) as people,
        sum(purchases) as purchases,
        sum(returns) as returns,
        sum(revenue) as revenue,
        sum(purchase_revenue) as purchase_revenue,
        sum(anonymous_revenue) as anonymous_revenue,
        sum(customer_purchases) as customer_purchases,
        sum(customer_revenue) as customer_revenue,
        sum(new_revenue) as new_revenue,
        sum(buyers) as buyers,
        sum(repeat_buyers) as repeat_buyers,
        sum(became_repeat) as became_repeat,
        sum(visits) as visits,
        sum(visitors) as visitors,
        sum(revisitors) as revisitors,
        sum(became_revisitor) as became_revisitor
    from parts
    group by day

)

select
    cast(day as text) as subject,
    count(*) over () as found,
    people,
    purchases,
    returns,
    revenue,
    purchase_revenue,
    anonymous_revenue,
    customer_purchases,
    customer_revenue,
    new_revenue,
    buyers,
    repeat_buyers,
    became_repeat,
    visits,
    visitors,
    revisitors,
    became_revisitor
from differences
where
    people <> 0
    or purchases <> 0
    or returns <> 0
    or revenue <> 0
    or purchase_revenue <> 0
    or anonymous_revenue <> 0
    or customer_purchases <> 0
    or customer_revenue <> 0
    or new_revenue <> 0
    or buyers <> 0
    or repeat_buyers <> 0
    or became_repeat <> 0
    or visits <> 0
    or visitors <> 0
    or revisitors <> 0
    or became_revisitor <> 0
order by day
limit :most

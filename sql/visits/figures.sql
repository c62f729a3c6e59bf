-- Everything the Visits page shows of a period, in one statement, as JSON text.
--   spans     sums of the days, one row for each span of days that had any; span 1 begins with the first of the days in
--             `cuts` (which are in order) and ends before the second, span 0 is all before the first. Of all visits: how
--             many; of visitors: who came for the first time, who for the second.
--   days      each day of the period: its visitors, how many of them had been before, and how many bought.
--   funnel    visitors of the period, each once, by how far they got; the first row. earlier: the same of the period it is
--             compared with.
--   hours     visits of the period by weekday and hour, and by type, purpose and interest.
--   reviews, earlier_reviews    asked for, answered and given, and the average rating.
with

spans as (

    select
        width_bucket(day, cast(:cuts as date [])) as span,
        sum(visits) as visits,
        sum(visitors) as visitors,
        sum(became_revisitor) as revisitors
    from shop_days
    where shop_id = :shop_id
    group by 1

),

counted_days as (

    select
        day,
        count(*) as visitors,
        count(returned_after) as returned_that_day,
        count(bought_after) as bought_that_day,
        count(*) filter (where visited_after < :since) as visited,
        count(*) filter (where returned_after < :since) as returned,
        count(*) filter (where interested_after < :since) as interested,
        count(*) filter (where quoted_after < :since) as quoted,
        count(*) filter (where purchased_after < :since) as purchased,
        count(*) filter (where bought_after < :since) as bought
    from visitor_days
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until
    group by day

),

days as (

    select
        day,
        visitors,
        returned_that_day as returned,
        bought_that_day as bought
    from counted_days

),

funnel as (

    select
        coalesce(sum(visited), 0) as visited,
        coalesce(sum(returned), 0) as returned,
        coalesce(sum(interested), 0) as interested,
        coalesce(sum(quoted), 0) as quoted,
        coalesce(sum(purchased), 0) as purchased,
        coalesce(sum(bought), 0) as bought
    from counted_days

),

earlier as (

    select
        count(*) filter (where visited_after < :earlier_since) as visited,
        count(*) filter (where returned_after < :earlier_since) as returned,
        count(*) filter (where bought_after < :earlier_since) as bought
    from visitor_days
    where
        shop_id = :shop_id
        and day >= :earlier_since
        and day < :earlier_until

),

hours as (

    select
        cast(extract(isodow from day) as integer) as weekday,
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
    from visit_hours
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until
    group by
        weekday,
        hour
    having sum(visits) <> 0

),

told_reviews as (

    select
        reviews.requested_on,
        reviews.given_on,
        reviews.rating
    from reviews
    inner join customers
        on
            reviews.shop_id = customers.shop_id
            and reviews.customer_id = customers.id
    where
        reviews.shop_id = :shop_id
        and customers.hidden_at is null
        and (
            (reviews.requested_on >= :earlier_since and reviews.requested_on < :until)
            or (reviews.given_on >= :earlier_since and reviews.given_on < :until)
        )

),

review_sums as (

    select
        count(*) filter (where requested_on >= :since and requested_on < :until) as requested,
        count(given_on) filter (where requested_on >= :since and requested_on < :until) as answered,
        count(*) filter (where given_on >= :since and given_on < :until) as given,
        avg(rating) filter (where given_on >= :since and given_on < :until) as average_rating
    from told_reviews

),

earlier_review_sums as (

    select
        count(*) filter (where requested_on >= :earlier_since and requested_on < :earlier_until) as requested,
        count(given_on) filter (where requested_on >= :earlier_since and requested_on < :earlier_until) as answered
    from told_reviews

)

select
    (select cast(json_agg(spans) as text) from spans) as spans,
    (select cast(json_agg(days order by days.day) as text) from days) as days,
    (select cast(row_to_json(funnel) as text) from funnel) as funnel,
    (select cast(row_to_json(earlier) as text) from earlier) as earlier,
    (select cast(json_agg(hours) as text) from hours) as hours,
    (select cast(row_to_json(review_sums) as text) from review_sums) as reviews,
    (select cast(row_to_json(earlier_review_sums) as text) from earlier_review_sums) as earlier_reviews

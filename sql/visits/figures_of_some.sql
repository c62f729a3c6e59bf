-- What sql/visits/figures.sql gives, of those visits only which a sales rep handled, or at which a product was talked
-- about, or both (null: any). A visitor comes back, or buys, whoever handled the other visits; the sums know of no
-- products, so this is counted from the visits themselves. Reviews are those asked for or given about these visits.
with

fitting as (

    select
        visits.id,
        visits.customer_id,
        visits.visited_on as day,
        visits.visited_at,
        visits.visit_type,
        visits.purpose,
        visits.interest,
        visitor_days.day is not null as is_visitor,
        visitor_days.returned_after is not null as has_returned,
        visitor_days.interested_after is not null as is_interested,
        visitor_days.quoted_after is not null as is_quoted,
        visitor_days.purchased_after is not null as has_purchased,
        visitor_days.bought_after is not null as has_bought
    from visits
    left join visitor_days
        on
            visits.shop_id = visitor_days.shop_id
            and visits.customer_id = visitor_days.customer_id
            and visits.visited_on = visitor_days.day
    where
        visits.shop_id = :shop_id
        and (
            cast(:rep as uuid) is null
            or visits.handled_by = :rep
        )
        and (
            cast(:product as uuid) is null
            or exists (
                select 1
                from visit_products
                where
                    shop_id = :shop_id
                    and visit_id = visits.id
                    and product_id = :product
            )
        )

),

first_days as (

    select
        customer_id,
        min(day) as day
    from fitting
    where is_visitor
    group by customer_id

),

span_parts as (

    select
        day,
        1 as visits,
        0 as visitors,
        0 as revisitors
    from fitting
    union all
    select
        day,
        0,
        1,
        0
    from first_days
    union all
    select
        greatest(first_days.day, customers.second_visit_on),
        0,
        0,
        1
    from first_days
    inner join customers
        on
            customers.shop_id = :shop_id
            and first_days.customer_id = customers.id
    where customers.second_visit_on is not null

),

spans as (

    select
        width_bucket(day, cast(:cuts as date [])) as span,
        sum(visits) as visits,
        sum(visitors) as visitors,
        sum(revisitors) as revisitors
    from span_parts
    group by 1

),

days as (

    select
        day,
        count(*) as visitors,
        count(*) filter (where has_returned) as returned,
        count(*) filter (where has_bought) as bought
    from fitting
    where
        day >= :since
        and day < :until
        and is_visitor
    group by day

),

visitors as (

    select
        bool_or(has_returned) as has_returned,
        bool_or(is_interested) as is_interested,
        bool_or(is_quoted) as is_quoted,
        bool_or(has_purchased) as has_purchased,
        bool_or(has_bought) as has_bought
    from fitting
    where
        day >= :since
        and day < :until
        and is_visitor
    group by customer_id

),

funnel as (

    select
        count(*) as visited,
        count(*) filter (where has_returned) as returned,
        count(*) filter (where is_interested) as interested,
        count(*) filter (where is_quoted) as quoted,
        count(*) filter (where has_purchased) as purchased,
        count(*) filter (where has_bought) as bought
    from visitors

),

earlier_visitors as (

    select
        bool_or(has_returned) as has_returned,
        bool_or(has_bought) as has_bought
    from fitting
    where
        day >= :earlier_since
        and day < :earlier_until
        and is_visitor
    group by customer_id

),

earlier as (

    select
        count(*) as visited,
        count(*) filter (where has_returned) as returned,
        count(*) filter (where has_bought) as bought
    from earlier_visitors

),

hours as (

    select
        cast(extract(isodow from fitting.day) as integer) as weekday,
        cast(extract(hour from fitting.visited_at at time zone shops.timezone) as integer) as hour,
        count(*) as visits,
        count(*) filter (where fitting.visit_type = 'walk-in') as walk_in,
        count(*) filter (where fitting.visit_type = 'scheduled') as scheduled,
        count(*) filter (where fitting.visit_type = 'follow-up') as follow_up,
        count(*) filter (where fitting.visit_type = 'delivery') as delivery,
        count(*) filter (where fitting.purpose = 'browsing') as browsing,
        count(*) filter (where fitting.purpose = 'purchase_intent') as purchase_intent,
        count(*) filter (where fitting.purpose = 'complaint') as complaint,
        count(*) filter (where fitting.purpose = 'service') as service,
        count(*) filter (where fitting.interest = 'high') as high,
        count(*) filter (where fitting.interest = 'medium') as medium,
        count(*) filter (where fitting.interest = 'low') as low,
        count(*) filter (where fitting.interest = 'not_interested') as not_interested
    from fitting
    inner join shops on shops.id = :shop_id
    where
        fitting.day >= :since
        and fitting.day < :until
    group by
        1,
        2

),

told_reviews as (

    select
        reviews.requested_on,
        reviews.given_on,
        reviews.rating
    from reviews
    inner join fitting on reviews.visit_id = fitting.id
    where
        reviews.shop_id = :shop_id
        and fitting.is_visitor

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

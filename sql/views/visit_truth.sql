-- What the sums of visits mean (visit_hours, visitor_days), as readable queries over the raw rows, like those of truth.sql.

-- What each visit adds to its hour on the shop's clock. It counts whether or not its customer was hidden later.
create view visit_hour_parts with (security_invoker = true) as
select
    visits.shop_id,
    visits.customer_id,
    visits.visited_on as day,
    cast(extract(hour from visits.visited_at at time zone shops.timezone) as smallint) as hour,
    1 as visits,
    case when visits.visit_type = 'walk-in' then 1 else 0 end as walk_in,
    case when visits.visit_type = 'scheduled' then 1 else 0 end as scheduled,
    case when visits.visit_type = 'follow-up' then 1 else 0 end as follow_up,
    case when visits.visit_type = 'delivery' then 1 else 0 end as delivery,
    case when visits.purpose = 'browsing' then 1 else 0 end as browsing,
    case when visits.purpose = 'purchase_intent' then 1 else 0 end as purchase_intent,
    case when visits.purpose = 'complaint' then 1 else 0 end as complaint,
    case when visits.purpose = 'service' then 1 else 0 end as service,
    case when visits.interest = 'high' then 1 else 0 end as high,
    case when visits.interest = 'medium' then 1 else 0 end as medium,
    case when visits.interest = 'low' then 1 else 0 end as low,
    case when visits.interest = 'not_interested' then 1 else 0 end as not_interested
from visits
inner join shops on visits.shop_id = shops.id;

-- visit_hours, recounted.
create view visit_hour_truth with (security_invoker = true) as
select
    shop_id,
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
from visit_hour_parts
group by
    shop_id,
    day,
    hour;

-- Within how many days after a visit a purchase counts as having come of it, as the shop has set it.
create view conversion_day_settings with (security_invoker = true) as
select
    shops.id as shop_id,
    coalesce(cast(shop_settings.value #>> '{}' as integer), 30) as conversion_days
from shops
left join shop_settings
    on
        shops.id = shop_settings.shop_id
        and shop_settings.key = 'conversion_days';

-- How far each visit of a customer who is not hidden got. Whoever got to a stage got through those before it:
--   1 interested   interest was high or medium
--   2 quoted       a quote was given
--   3 purchased    the visit was recorded as a purchase, or the customer bought (has_bought)
-- has_bought: a completed order of the customer, no return, on the day of the visit or in the conversion days after it.
create view visit_stages with (security_invoker = true) as
with

visits_with_purchase as (

    select
        visits.shop_id,
        visits.customer_id,
        visits.visited_on as day,
        visits.handled_by as rep_id,
        visits.interest,
        visits.outcome,
        exists (
            select 1
            from orders
            where
                orders.shop_id = visits.shop_id
                and orders.customer_id = visits.customer_id
                and orders.ordered_on >= visits.visited_on
                and orders.ordered_on <= visits.visited_on + conversion_day_settings.conversion_days
                and orders.status = 'completed'
                and not orders.is_return
        ) as has_bought
    from visits
    inner join customers
        on
            visits.shop_id = customers.shop_id
            and visits.customer_id = customers.id
    inner join conversion_day_settings on visits.shop_id = conversion_day_settings.shop_id
    where customers.hidden_at is null

)

select
    shop_id,
    customer_id,
    day,
    rep_id,
    case
        when has_bought or outcome = 'purchase' then 3
        when outcome = 'quote_given' then 2
        when interest in ('high', 'medium') then 1
        else 0
    end as stage,
    has_bought
from visits_with_purchase;

-- visitor_days, recounted.
create view visitor_day_truth with (security_invoker = true) as
with

numbered as (

    select
        shop_id,
        customer_id,
        day,
        rep_id,
        stage,
        has_bought,
        row_number() over (
            partition by shop_id, customer_id
            order by day
        ) as nth
    from visit_stages

)

select
    shop_id,
    customer_id,
    day,
    rep_id,
    coalesce(max(day) over earlier, '-infinity') as visited_after,
    case when nth > 1 then coalesce(max(day) filter (where nth > 1) over earlier, '-infinity') end as returned_after,
    case
        when stage >= 1 then coalesce(max(day) filter (where stage >= 1) over earlier, '-infinity')
    end as interested_after,
    case when stage >= 2 then coalesce(max(day) filter (where stage >= 2) over earlier, '-infinity') end as quoted_after,
    case
        when stage >= 3 then coalesce(max(day) filter (where stage >= 3) over earlier, '-infinity')
    end as purchased_after,
    case when has_bought then coalesce(max(day) filter (where has_bought) over earlier, '-infinity') end as bought_after,
    case when rep_id is not null then coalesce(max(day) over earlier_with_rep, '-infinity') end as handled_after,
    case
        when has_bought and rep_id is not null
            then coalesce(max(day) filter (where has_bought) over earlier_with_rep, '-infinity')
    end as handled_and_bought_after
from numbered
window
    earlier as (
        partition by shop_id, customer_id
        order by day
        rows between unbounded preceding and 1 preceding
    ),
    earlier_with_rep as (
        partition by shop_id, customer_id, rep_id
        order by day
        rows between unbounded preceding and 1 preceding
    );

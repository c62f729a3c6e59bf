-- What every stored counter means, as one readable query each over the raw rows.
-- The same views fill the counters, recount them (`regulars doctor`), and are the tests' oracle.

-- Purchases of each customer: completed orders that are no returns, by day.
-- Returns are counted apart; total_spent is purchases minus returns, in the shop's currency.
create view buyer_truth with (security_invoker = true) as
select
    shop_id,
    customer_id,
    cast(count(*) filter (where not is_return) as integer) as order_count,
    cast(count(*) filter (where is_return) as integer) as return_count,
    sum(total) as total_spent,
    min(ordered_on) filter (where not is_return) as first_purchase_on,
    (array_agg(ordered_on order by ordered_on) filter (where not is_return))[2] as second_purchase_on,
    max(ordered_on) filter (where not is_return) as last_purchase_on
from orders
where
    status = 'completed'
    and customer_id is not null
group by
    shop_id,
    customer_id;

-- Visits of each customer. There is one a day, so visits are days.
create view visitor_truth with (security_invoker = true) as
select
    shop_id,
    customer_id,
    cast(count(*) as integer) as visit_count,
    min(visited_on) as first_visit_on,
    (array_agg(visited_on order by visited_on))[2] as second_visit_on,
    max(visited_on) as last_visit_on
from visits
group by
    shop_id,
    customer_id;

-- The counters of every customer, also of those who never bought and never came.
create view customer_truth with (security_invoker = true) as
select
    customers.shop_id,
    customers.id as customer_id,
    coalesce(buyer_truth.order_count, 0) as order_count,
    coalesce(buyer_truth.return_count, 0) as return_count,
    coalesce(buyer_truth.total_spent, 0) as total_spent,
    buyer_truth.first_purchase_on,
    buyer_truth.second_purchase_on,
    buyer_truth.last_purchase_on,
    coalesce(visitor_truth.visit_count, 0) as visit_count,
    visitor_truth.first_visit_on,
    visitor_truth.second_visit_on,
    visitor_truth.last_visit_on
from customers
left join buyer_truth
    on
        customers.shop_id = buyer_truth.shop_id
        and customers.id = buyer_truth.customer_id
left join visitor_truth
    on
        customers.shop_id = visitor_truth.shop_id
        and customers.id = visitor_truth.customer_id;

-- What each order adds to the money of its day. It counts whether or not its customer was hidden later: money stays money.
create view order_day_parts with (security_invoker = true) as
select
    shop_id,
    id as order_id,
    customer_id,
    rep_id,
    ordered_on as day,
    case when is_return then 0 else 1 end as purchases,
    case when is_return then 1 else 0 end as returns,
    total as revenue,
    case when is_return then 0 else total end as purchase_revenue,
    case when customer_id is null then total else 0 end as anonymous_revenue
from orders
where status = 'completed';

-- What each visit adds to its day, and to that day of who handled it. It counts whether or not its customer was hidden
-- later: somebody was there.
create view visit_day_parts with (security_invoker = true) as
select
    shop_id,
    id as visit_id,
    customer_id,
    handled_by as rep_id,
    visited_on as day,
    1 as visits
from visits;

-- What each customer who is not hidden adds to the counts of people and of customers, by day:
--   people              on the day they came on file
--   buyers              on the day of the first purchase
--   repeat_buyers       on that same first day, once there is a second purchase
--   became_repeat       on the day of the second purchase
--   customer_purchases, customer_revenue
--                       each order on its day, but never before the first purchase: a return older than that
--                       counts from the first purchase on, so that sums up to any day are that day's truth
--   new_revenue         the part of customer_revenue that falls into the calendar month of the first purchase
--   visitors            on the day of the first visit
--   revisitors          on that same first day, once there is a second visit
--   became_revisitor    on the day of the second visit
create view customer_day_parts with (security_invoker = true) as
select
    customers.shop_id,
    customers.id as customer_id,
    customers.created_on as day,
    1 as people,
    0 as customer_purchases,
    cast(0 as numeric) as customer_revenue,
    cast(0 as numeric) as new_revenue,
    0 as buyers,
    0 as repeat_buyers,
    0 as became_repeat,
    0 as visitors,
    0 as revisitors,
    0 as became_revisitor
from customers
where customers.hidden_at is null
union all
select
    customers.shop_id,
    customers.id,
    buyer_truth.first_purchase_on,
    0,
    0,
    0,
    0,
    1,
    case when buyer_truth.second_purchase_on is null then 0 else 1 end,
    0,
    0,
    0,
    0
from customers
inner join buyer_truth
    on
        customers.shop_id = buyer_truth.shop_id
        and customers.id = buyer_truth.customer_id
where
    customers.hidden_at is null
    and buyer_truth.first_purchase_on is not null
union all
select
    customers.shop_id,
    customers.id,
    buyer_truth.second_purchase_on,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0
from customers
inner join buyer_truth
    on
        customers.shop_id = buyer_truth.shop_id
        and customers.id = buyer_truth.customer_id
where
    customers.hidden_at is null
    and buyer_truth.second_purchase_on is not null
union all
select
    customers.shop_id,
    customers.id,
    greatest(orders.ordered_on, buyer_truth.first_purchase_on),
    0,
    case when orders.is_return then 0 else 1 end,
    orders.total,
    case
        when
            date_trunc('month', greatest(orders.ordered_on, buyer_truth.first_purchase_on))
            = date_trunc('month', buyer_truth.first_purchase_on)
            then orders.total
        else 0
    end,
    0,
    0,
    0,
    0,
    0,
    0
from customers
inner join buyer_truth
    on
        customers.shop_id = buyer_truth.shop_id
        and customers.id = buyer_truth.customer_id
inner join orders
    on
        customers.shop_id = orders.shop_id
        and customers.id = orders.customer_id
where
    customers.hidden_at is null
    and orders.status = 'completed'
    and buyer_truth.first_purchase_on is not null
union all
select
    customers.shop_id,
    customers.id,
    visitor_truth.first_visit_on,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    case when visitor_truth.second_visit_on is null then 0 else 1 end,
    0
from customers
inner join visitor_truth
    on
        customers.shop_id = visitor_truth.shop_id
        and customers.id = visitor_truth.customer_id
where customers.hidden_at is null
union all
select
    customers.shop_id,
    customers.id,
    visitor_truth.second_visit_on,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1
from customers
inner join visitor_truth
    on
        customers.shop_id = visitor_truth.shop_id
        and customers.id = visitor_truth.customer_id
where
    customers.hidden_at is null
    and visitor_truth.second_visit_on is not null;

-- shop_days, recounted.
create view shop_day_truth with (security_invoker = true) as
with

parts as (

    select
        shop_id,
        day,
        0 as people,
        purchases,
        returns,
        revenue,
        purchase_revenue,
        anonymous_revenue,
        0 as customer_purchases,
        0 as customer_revenue,
        0 as new_revenue,
        0 as buyers,
        0 as repeat_buyers,
        0 as became_repeat,
        0 as visits,
        0 as visitors,
        0 as revisitors,
        0 as became_revisitor
    from order_day_parts
    union all
    select
        shop_id,
        day,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        visits,
        0,
        0,
        0
    from visit_day_parts
    union all
    select
        shop_id,
        day,
        people,
        0,
        0,
        0,
        0,
        0,
        customer_purchases,
        customer_revenue,
        new_revenue,
        buyers,
        repeat_buyers,
        became_repeat,
        0,
        visitors,
        revisitors,
        became_revisitor
    from customer_day_parts

)

select
    shop_id,
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
group by
    shop_id,
    day;

-- rep_days, recounted: completed orders under the sales rep they name, visits under who handled them.
create view rep_day_truth with (security_invoker = true) as
with

parts as (

    select
        shop_id,
        day,
        rep_id,
        purchases,
        revenue,
        0 as visits
    from order_day_parts
    where rep_id is not null
    union all
    select
        shop_id,
        day,
        rep_id,
        0,
        0,
        visits
    from visit_day_parts
    where rep_id is not null

)

select
    shop_id,
    day,
    rep_id,
    sum(purchases) as purchases,
    sum(revenue) as revenue,
    sum(visits) as visits
from parts
group by
    shop_id,
    day,
    rep_id;

-- Each month in which a customer who is not hidden bought, beside the month of their first purchase.
create view customer_month_parts with (security_invoker = true) as
select distinct
    customers.shop_id,
    customers.id as customer_id,
    cast(date_trunc('month', buyer_truth.first_purchase_on) as date) as cohort,
    cast(date_trunc('month', orders.ordered_on) as date) as month
from customers
inner join buyer_truth
    on
        customers.shop_id = buyer_truth.shop_id
        and customers.id = buyer_truth.customer_id
inner join orders
    on
        customers.shop_id = orders.shop_id
        and customers.id = orders.customer_id
where
    customers.hidden_at is null
    and orders.status = 'completed'
    and not orders.is_return;

-- cohort_months, recounted.
create view cohort_month_truth with (security_invoker = true) as
select
    shop_id,
    cohort,
    month,
    count(*) as buyers
from customer_month_parts
group by
    shop_id,
    cohort,
    month;

-- Within how many days of being seen a customer counts as active, as the shop has set it.
create view active_day_settings with (security_invoker = true) as
select
    shops.id as shop_id,
    coalesce(cast(shop_settings.value #>> '{}' as integer), 90) as active_days
from shops
left join shop_settings
    on
        shops.id = shop_settings.shop_id
        and shop_settings.key = 'active_days';

-- The days on which each customer was seen: they bought, or they came by.
create view seen_day_parts with (security_invoker = true) as
select
    shop_id,
    customer_id,
    ordered_on as day
from orders
where
    status = 'completed'
    and not is_return
    and customer_id is not null
union all
select
    shop_id,
    customer_id,
    visited_on
from visits;

-- What each customer who is not hidden adds to recency_days:
--   last_bought   on the day of the last purchase
--   spells_begun  on a day on which they were seen, for the first time or after more than the shop's active days
--   spells_ended  on a day on which they were seen, and then not for the shop's active days
-- Active on a day is whoever began a spell up to it, less whoever's spell ended more than the active days before.
create view customer_recency_parts with (security_invoker = true) as
with

seen as (

    select
        shop_id,
        customer_id,
        day,
        day - lag(day) over by_day as days_before,
        lead(day) over by_day - day as days_after
    from seen_day_parts
    window by_day as (
        partition by shop_id, customer_id
        order by day
    )

)

select
    seen.shop_id,
    seen.customer_id,
    seen.day,
    0 as last_bought,
    case when seen.days_before <= active_day_settings.active_days then 0 else 1 end as spells_begun,
    case when seen.days_after <= active_day_settings.active_days then 0 else 1 end as spells_ended
from seen
inner join active_day_settings on seen.shop_id = active_day_settings.shop_id
inner join customers
    on
        seen.shop_id = customers.shop_id
        and seen.customer_id = customers.id
where customers.hidden_at is null
union all
select
    buyer_truth.shop_id,
    buyer_truth.customer_id,
    buyer_truth.last_purchase_on,
    1,
    0,
    0
from buyer_truth
inner join customers
    on
        buyer_truth.shop_id = customers.shop_id
        and buyer_truth.customer_id = customers.id
where
    customers.hidden_at is null
    and buyer_truth.last_purchase_on is not null;

-- recency_days, recounted.
create view recency_day_truth with (security_invoker = true) as
select
    shop_id,
    day,
    sum(last_bought) as last_bought,
    sum(spells_begun) as spells_begun,
    sum(spells_ended) as spells_ended
from customer_recency_parts
group by
    shop_id,
    day;

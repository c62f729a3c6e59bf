-- How long ago customers last bought: half of them waited fewer days than this, half of them more.
-- Counted back from the last day of the period; the rows say how many customers fall into each span of days.
-- Sums by day answer for who has not bought since; orders are asked for the others, if there are any.
with

last_days as (

    select
        day,
        sum(last_bought) as customers
    from recency_days
    where
        shop_id = :shop_id
        and day < :until
    group by day
    union all
    select
        bought.day,
        count(*)
    from customers
    cross join lateral (
        select max(orders.ordered_on) as day
        from orders
        where
            orders.shop_id = customers.shop_id
            and orders.customer_id = customers.id
            and orders.ordered_on < :until
            and orders.status = 'completed'
            and not orders.is_return
    ) as bought
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null
        and customers.first_purchase_on < :until
        and customers.last_purchase_on >= :until
        and exists (
            select 1
            from orders
            where
                shop_id = :shop_id
                and ordered_on >= :until
        )
    group by bought.day

),

waits as (

    select
        cast(:until as date) - 1 - day as days,
        sum(customers) as customers
    from last_days
    group by day
    having sum(customers) <> 0

),

ranked as (

    select
        days,
        customers,
        sum(customers) over (order by days) as so_far,
        sum(customers) over () as whole
    from waits

),

medians as (

    select
        (
            min(days) filter (where so_far >= ceil(whole / 2)) + min(days) filter (where so_far >= floor(whole / 2) + 1)
        ) / 2.0 as days,
        coalesce(max(whole), 0) as whole
    from ranked

),

spans (span, from_days, to_days) as (

    values (1, 0, 30), (2, 31, 60), (3, 61, 90), (4, 91, 180), (5, 181, 365), (6, 366, null)

),

customers_by_span as (

    select
        spans.from_days,
        spans.to_days,
        coalesce(sum(waits.customers), 0) as customers
    from spans
    left join waits on spans.span = width_bucket(waits.days, array[0, 31, 61, 91, 181, 366])
    group by
        spans.from_days,
        spans.to_days

)

select
    (select days from medians) as value,
    (select whole from medians) as whole,
    (select json_agg(row_to_json(customers_by_span) order by from_days) from customers_by_span) as rows

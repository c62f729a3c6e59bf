-- How long ago customers last bought: half of them waited fewer days than this, half of them more.
-- Counted back from the last day of the period; the rows say how many customers fall into each span of days.
-- The counters on the customer answer for who has not bought since; orders are asked for the others.
with

buyers as (

    select
        case
            when last_purchase_on < :until then last_purchase_on
            else (
                select max(orders.ordered_on)
                from orders
                where
                    orders.shop_id = customers.shop_id
                    and orders.customer_id = customers.id
                    and orders.ordered_on < :until
                    and orders.status = 'completed'
                    and not orders.is_return
            )
        end as bought_on
    from customers
    where
        shop_id = :shop_id
        and hidden_at is null
        and first_purchase_on < :until

),

waits as (

    select cast(:until as date) - 1 - bought_on as days
    from buyers

),

counted as (

    select
        width_bucket(days, array[0, 31, 61, 91, 181, 366]) as span,
        count(*) as customers
    from waits
    group by 1

),

spans (span, from_days, to_days) as (

    values (1, 0, 30), (2, 31, 60), (3, 61, 90), (4, 91, 180), (5, 181, 365), (6, 366, null)

),

customers_by_span as (

    select
        spans.from_days,
        spans.to_days,
        coalesce(counted.customers, 0) as customers
    from spans
    left join counted on spans.span = counted.span

)

select
    (select percentile_cont(0.5) within group (order by days) from waits) as value,
    (select count(*) from waits) as whole,
    json_agg(row_to_json(customers_by_span) order by from_days) as rows
from customers_by_span

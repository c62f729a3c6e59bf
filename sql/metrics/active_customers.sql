-- Customers who bought within the last 90 days of the period, or as many days as the shop has set.
-- Returned beside it: all customers at that time.
-- The counters on the customer answer for who has not bought since; orders are asked for the others.
with

window_of_days as (

    select
        cast(:until as date) - coalesce(max(cast(value #>> '{}' as integer)), 90) as first_day,
        cast(:until as date) as until
    from shop_settings
    where
        shop_id = :shop_id
        and key = 'active_days'

),

buyers as (

    select
        customers.last_purchase_on >= window_of_days.first_day
        and (
            customers.last_purchase_on < window_of_days.until
            or exists (
                select 1
                from orders
                where
                    orders.shop_id = customers.shop_id
                    and orders.customer_id = customers.id
                    and orders.ordered_on >= window_of_days.first_day
                    and orders.ordered_on < window_of_days.until
                    and orders.status = 'completed'
                    and not orders.is_return
            )
        ) as is_active
    from customers
    cross join window_of_days
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null
        and customers.first_purchase_on < window_of_days.until

)

select
    count(*) filter (where is_active) as value,
    count(*) as whole
from buyers

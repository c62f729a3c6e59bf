-- Customers who bought or came by within the last 90 days of the period, or as many days as the shop has set.
-- Returned beside it: all customers at that time.
-- Those who began a spell of being active, less those whose spell was over; so it costs the same for every day there was.
with

first_days as (

    select cast(:until as date) - active_days as first_day
    from active_day_settings
    where shop_id = :shop_id

),

spells as (

    select
        sum(recency_days.spells_begun) as begun,
        sum(recency_days.spells_ended) filter (where recency_days.day < first_days.first_day) as over
    from recency_days
    cross join first_days
    where
        recency_days.shop_id = :shop_id
        and recency_days.day < :until

),

customers_then as (

    select sum(buyers) as customers
    from shop_days
    where
        shop_id = :shop_id
        and day < :until

)

select
    coalesce(spells.begun, 0) - coalesce(spells.over, 0) as value,
    coalesce(customers_then.customers, 0) as whole
from spells
cross join customers_then

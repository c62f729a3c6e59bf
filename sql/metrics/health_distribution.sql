-- Customers by how they are doing: green from 75, to watch from 50, red below. As last measured within the period.
with

last_day as (

    select
        green,
        watch,
        red
    from health_days
    where
        shop_id = :shop_id
        and scored_on >= :since
        and scored_on < :until
    order by scored_on desc
    limit 1

)

select
    levels.level,
    levels.customers
from last_day
cross join
    lateral (
        values
        (1, 'green', last_day.green),
        (2, 'watch', last_day.watch),
        (3, 'red', last_day.red)
    ) as levels (place, level, customers)
order by levels.place

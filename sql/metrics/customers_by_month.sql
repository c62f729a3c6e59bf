-- How many customers, and how many of them repeat customers, the shop had at the end of each month of the period.
-- The last month ends with the period. Months in which nothing happened are left out.
with

months as (

    select
        cast(date_trunc('month', day) as date) as month,
        sum(buyers) as new_customers,
        sum(became_repeat) as new_repeat_customers,
        sum(purchases) as purchases
    from shop_days
    where
        shop_id = :shop_id
        and day < :until
    group by 1

),

so_far as (

    select
        month,
        cast(sum(new_customers) over (order by month) as integer) as customers,
        cast(sum(new_repeat_customers) over (order by month) as integer) as repeat_customers
    from months
    where
        new_customers <> 0
        or new_repeat_customers <> 0
        or purchases <> 0

)

select
    month,
    customers,
    repeat_customers
from so_far
where month >= cast(date_trunc('month', cast(:since as timestamp)) as date)
order by month

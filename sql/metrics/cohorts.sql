-- Of the customers who first bought in a month, how many bought again in each month after it.
-- For first purchases in the months of the period; months are whole calendar months.
with

buyers_by_month as (

    select
        cohort,
        month,
        sum(buyers) as buyers
    from cohort_months
    where
        shop_id = :shop_id
        and cohort >= cast(date_trunc('month', cast(:since as timestamp)) as date)
        and month < :until
    group by
        cohort,
        month
    having sum(buyers) <> 0

)

select
    cohort,
    cast(
        12 * (extract(year from month) - extract(year from cohort)) + extract(month from month) - extract(month from cohort)
        as integer
    ) as months_later,
    buyers as part,
    first_value(buyers) over (
        partition by cohort
        order by month
    ) as whole
from buyers_by_month
order by
    cohort,
    month

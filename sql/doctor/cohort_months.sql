-- Months of a cohort whose stored count of buyers differs from a recount, and by how much: stored minus true.
with

parts as (

    select
        cohort,
        month,
        buyers
    from cohort_months
    where shop_id = :shop_id
    union all
    select
        cohort,
        month,
        -buyers
    from cohort_month_truth
    where shop_id = :shop_id

),

differences as (

    select
        cohort,
        month,
        sum(buyers) as buyers
    from parts
    group by
        cohort,
        month

)

select
    concat_ws(' of ', month, cohort) as subject,
    count(*) over () as found,
    buyers
from differences
where buyers <> 0
order by
    cohort,
    month
limit :most

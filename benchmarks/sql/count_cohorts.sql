-- Fill cohort_months from the truth.
insert into cohort_months (shop_id, cohort, month, slot, buyers)
select
    shop_id,
    cohort,
    month,
    0,
    buyers
from cohort_month_truth
where shop_id = :shop_id

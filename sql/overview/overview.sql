-- Everything the Overview shows, in one statement: three lists as JSON text, whose amounts stay exact.
--   spans          the daily sums, one row for each span of days that had anything. Span 1 begins with the first of the
--                  days in `cuts` (which are in order) and ends before the second; span 0 is all before the first.
--                  Every figure is a sum of these rows: sales within a period, customers up to a day.
--   top_customers  as in sql/metrics/top_customers.sql
--   cohorts        as in sql/metrics/cohorts.sql, for first purchases since `cohorts_since`
with

spans as (

    select
        width_bucket(day, cast(:cuts as date [])) as span,
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
        sum(became_repeat) as became_repeat
    from shop_days
    where shop_id = :shop_id
    group by 1

),

top_customers as (

    select
        id as customer_id,
        coalesce(name, company_name, phone, external_ref) as name,
        external_ref,
        total_spent,
        order_count as purchases
    from customers
    where
        shop_id = :shop_id
        and hidden_at is null
        and first_purchase_on is not null
    order by
        spend_band desc,
        total_spent desc,
        id
    limit 5

),

cohorts as (

    select
        cohort,
        month,
        sum(buyers) as buyers
    from cohort_months
    where
        shop_id = :shop_id
        and cohort >= :cohorts_since
        and month < :until
    group by
        cohort,
        month
    having sum(buyers) <> 0

)

select
    (select cast(json_agg(spans) as text) from spans) as spans,
    (select cast(json_agg(top_customers) as text) from top_customers) as top_customers,
    (select cast(json_agg(cohorts order by cohort, month) as text) from cohorts) as cohorts

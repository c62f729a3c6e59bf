-- The five lines of the source documents' Customer Overview, as they word them, over raw rows.
with

buyers as (

    select
        customer_id,
        count(*) filter (where not is_return) as purchases,
        sum(total) as total_spent,
        min(ordered_on) filter (where not is_return) as first_purchase_on
    from orders
    where
        shop_id = :shop_id
        and status = 'completed'
        and customer_id is not null
    group by customer_id

)

select
    (select count(*) from buyers where purchases >= 1) as customers,
    (select count(*) from buyers where purchases >= 2) as repeat_customers,
    (
        select count(*) from buyers
        where first_purchase_on >= cast(:since as date) and first_purchase_on < cast(:until as date)
    ) as new_customers,
    (select avg(total_spent) from buyers where purchases >= 1) as average_ltv,
    (select sum(total) from orders where shop_id = :shop_id and status = 'completed') as revenue

-- The Overview as the source documents word it, from raw rows: one pass over a shop's orders per card.
with

spent as (

    select
        customer_id,
        count(*) filter (where total >= 0) as purchases,
        sum(total) as total_spent,
        min(ordered_on) filter (where total >= 0) as first_purchase_on
    from orders
    where
        shop_id = :shop_id
        and status = 'completed'
        and customer_id is not null
    group by customer_id

)

select
    (select count(*) from spent where purchases > 0) as customers,
    (select count(*) from spent where purchases > 1) as repeat_customers,
    (select count(*) from spent where first_purchase_on >= date_trunc('month', cast(:today as date))) as new_customers,
    (select avg(total_spent) from spent where purchases > 0) as average_ltv,
    (select sum(total) from orders where shop_id = :shop_id and status = 'completed') as revenue

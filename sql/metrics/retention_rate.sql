-- Of the customers who bought in the period just before, the share who bought in this one too.
-- The period just before has the same number of days.
with

earlier_buyers as (

    select distinct orders.customer_id
    from orders
    inner join customers
        on
            orders.shop_id = customers.shop_id
            and orders.customer_id = customers.id
    where
        orders.shop_id = :shop_id
        and orders.ordered_on >= :earlier_since
        and orders.ordered_on < :since
        and orders.status = 'completed'
        and not orders.is_return
        and customers.hidden_at is null

),

who_came_back as (

    select
        exists (
            select 1
            from orders
            where
                orders.shop_id = :shop_id
                and orders.customer_id = earlier_buyers.customer_id
                and orders.ordered_on >= :since
                and orders.ordered_on < :until
                and orders.status = 'completed'
                and not orders.is_return
        ) as came_back
    from earlier_buyers

)

select
    count(*) filter (where came_back) as part,
    count(*) as whole
from who_came_back

-- Of the customers who bought in the period just before, the share who bought in this one too.
-- The period just before has the same number of days.
with

earlier_buyers as (

    select distinct customer_id
    from orders
    where
        shop_id = :shop_id
        and ordered_on >= :earlier_since
        and ordered_on < :since
        and status = 'completed'
        and not is_return

),

later_buyers as (

    select distinct customer_id
    from orders
    where
        shop_id = :shop_id
        and ordered_on >= :since
        and ordered_on < :until
        and status = 'completed'
        and not is_return

)

select
    count(later_buyers.customer_id) as part,
    count(*) as whole
from earlier_buyers
inner join customers
    on
        earlier_buyers.customer_id = customers.id
        and customers.shop_id = :shop_id
left join later_buyers on earlier_buyers.customer_id = later_buyers.customer_id
where customers.hidden_at is null

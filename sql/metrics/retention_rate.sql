-- Of the customers who bought in the period just before, the share who bought in this one too.
-- The period just before has the same number of days. An index alone tells who bought in a range of days.
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
        and customer_id is not null

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
        and customer_id is not null

)

select
    count(later_buyers.customer_id) as part,
    count(*) as whole
from earlier_buyers
left join later_buyers on earlier_buyers.customer_id = later_buyers.customer_id
where earlier_buyers.customer_id not in (
    select id
    from customers
    where
        shop_id = :shop_id
        and hidden_at is not null
)

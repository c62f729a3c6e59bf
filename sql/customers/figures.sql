-- What a customer's purchases and returns came to, in the shop's currency, beside the shop's average purchase so far.
with

own as (

    select
        coalesce(sum(total) filter (where not is_return), 0) as bought,
        coalesce(sum(total) filter (where is_return), 0) as returned
    from orders
    where
        shop_id = :shop_id
        and customer_id = :customer_id
        and status = 'completed'

),

shop_so_far as (

    select
        coalesce(sum(purchase_revenue), 0) as bought,
        coalesce(sum(purchases), 0) as purchases
    from shop_days
    where shop_id = :shop_id

)

select
    own.bought,
    own.returned,
    shop_so_far.bought / nullif(shop_so_far.purchases, 0) as shop_average
from own
cross join shop_so_far

-- The values customers of the shop have as category, in order, at most `most`: the index is asked for the next one each time.
with recursive

values_in_order as (

    (
        select category as value
        from customers
        where
            shop_id = :shop_id
            and category is not null
        order by category
        limit 1
    )
    union all
    select (
        select category
        from customers
        where
            shop_id = :shop_id
            and category > values_in_order.value
        order by category
        limit 1
    )
    from values_in_order
    where values_in_order.value is not null

)

select value
from values_in_order
where value is not null
limit :most

-- The values customers of the shop have as source, in order, at most `most`: the index is asked for the next one each time.
with recursive

values_in_order as (

    (
        select source as value
        from customers
        where
            shop_id = :shop_id
            and source is not null
        order by source
        limit 1
    )
    union all
    select (
        select source
        from customers
        where
            shop_id = :shop_id
            and source > values_in_order.value
        order by source
        limit 1
    )
    from values_in_order
    where values_in_order.value is not null

)

select value
from values_in_order
where value is not null
limit :most

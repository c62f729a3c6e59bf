-- After everything is written: recount the customers and put what changed back into the rollups.
select
    put_on(
        :shop_id,
        array(select customer_id from sheet_affected),
        array(
            select order_id
            from sheet_orders
            where
                state = 'changed'
                or (state = 'new' and buyer is null)
        )
    )

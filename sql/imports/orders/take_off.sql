-- Before anything is written: take what will change out of the rollups.
select
    take_off(
        :shop_id,
        array(select customer_id from sheet_affected),
        array(select order_id from sheet_orders where state = 'changed')
    )

-- After everything is written: recount the customers and put what changed back into the rollups.
select
    put_on(
        :shop_id,
        array(select distinct customer_id from sheet_visits where state in ('new', 'changed')),
        '{}'
    )

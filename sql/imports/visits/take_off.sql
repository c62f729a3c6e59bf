-- Before anything is written: take what will change out of the rollups.
select
    take_off(
        :shop_id,
        array(select distinct customer_id from sheet_visits where state in ('new', 'changed')),
        '{}'
    )

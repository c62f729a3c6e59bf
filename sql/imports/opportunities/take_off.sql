-- Before anything is written: take what new customers will change out of the rollups, as other imports do.
select take_off(:shop_id, array(select id from sheet_meanings where kind = 'customer' and is_new), '{}')

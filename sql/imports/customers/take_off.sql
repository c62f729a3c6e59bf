-- Before anything is written. New customers are in no figure yet.
select take_off(:shop_id, array(select customer_id from sheet_customers where state = 'new'), '{}')

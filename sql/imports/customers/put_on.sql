-- Count the new customers in.
select put_on(:shop_id, array(select customer_id from sheet_customers where state = 'new'), '{}')

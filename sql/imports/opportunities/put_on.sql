-- Count the customers who came on file.
select put_on(:shop_id, array(select id from sheet_meanings where kind = 'customer' and is_new), '{}')

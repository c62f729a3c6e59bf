-- Who is on file with this phone.
update sheet_buyers
set customer_id = customers.id
from customers
where
    customers.shop_id = :shop_id
    and customers.phone = sheet_buyers.phone
    and customers.hidden_at is null

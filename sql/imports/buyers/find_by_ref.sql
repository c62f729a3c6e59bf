-- Whoever is not known by phone: who is on file with this reference.
update sheet_buyers
set customer_id = customers.id
from customers
where
    customers.shop_id = :shop_id
    and customers.external_ref = sheet_buyers.ref
    and customers.hidden_at is null
    and sheet_buyers.customer_id is null

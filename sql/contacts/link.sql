-- A customer came on file, or has another number: a contact with it is theirs from now on.
update contacts
set customer_id = customers.id
from customers
where
    customers.shop_id = :shop_id
    and customers.id = :customer_id
    and contacts.shop_id = :shop_id
    and contacts.phone = customers.phone
    and contacts.customer_id is distinct from customers.id
returning contacts.id

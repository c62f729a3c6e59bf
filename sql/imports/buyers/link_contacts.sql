-- The customers this import put on file, many at once: contacts with their numbers are theirs from now on.
update contacts
set customer_id = customers.id
from customers
where
    customers.shop_id = :shop_id
    and customers.import_id = :import_id
    and customers.hidden_at is null
    and contacts.shop_id = :shop_id
    and contacts.phone = customers.phone
    and contacts.customer_id is distinct from customers.id

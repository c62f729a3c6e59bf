-- The customers this import put on file, many at once: contacts with their numbers are theirs from now on.
update contacts
set customer_id = customers.id
from customers
inner join contact_numbers
    on
        contact_numbers.shop_id = :shop_id
        and customers.phone = contact_numbers.phone
where
    customers.shop_id = :shop_id
    and customers.import_id = :import_id
    and customers.hidden_at is null
    and contacts.shop_id = :shop_id
    and contacts.id = contact_numbers.contact_id
    and contacts.customer_id is distinct from customers.id

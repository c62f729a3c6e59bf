-- A customer came on file, or has another number: the contact with it, be it another than the one that is called, is
-- theirs from now on.
update contacts
set customer_id = customers.id
from customers
where
    customers.shop_id = :shop_id
    and customers.id = :customer_id
    and contacts.shop_id = :shop_id
    and contacts.id = (
        select contact_of_phone(:shop_id, known.phone)
        from customers as known
        where
            known.shop_id = :shop_id
            and known.id = :customer_id
    )
    and contacts.customer_id is distinct from customers.id
returning contacts.id

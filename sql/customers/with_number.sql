-- The customers who have this number beside their own: companies by one of their people who has not left, and whoever is
-- the contact with it and goes by no other name, there or as whoever asks calls them (null: nobody said a name).
select customer_id
from company_numbers
where
    shop_id = :shop_id
    and phone = :phone
union
select customers.id
from contacts
inner join customers
    on
        contacts.shop_id = customers.shop_id
        and contacts.customer_id = customers.id
where
    contacts.shop_id = :shop_id
    and contacts.id = contact_of_phone(:shop_id, :phone)
    and customers.hidden_at is null
    and names_agree(contacts.name, coalesce(customers.name, customers.company_name))
    and names_agree(cast(:called as text), coalesce(customers.name, customers.company_name))

-- The customers who have this number beside their own: companies by one of their people who has not left, and whoever is
-- the contact with it and goes by no other name, there or as whoever asks calls them (null: nobody said a name).
select contact_people.customer_id
from phones
inner join contact_people
    on
        phones.shop_id = contact_people.shop_id
        and phones.contact_person_id = contact_people.id
inner join customers
    on
        contact_people.shop_id = customers.shop_id
        and contact_people.customer_id = customers.id
where
    phones.shop_id = :shop_id
    and phones.number = :phone
    and contact_people.left_on is null
    and customers.hidden_at is null
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

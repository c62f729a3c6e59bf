-- The names of the people of these companies who have not left; those of hidden companies are not to be found.
select
    contact_people.customer_id,
    contact_people.name
from contact_people
inner join customers
    on
        contact_people.shop_id = customers.shop_id
        and contact_people.customer_id = customers.id
where
    contact_people.shop_id = :shop_id
    and contact_people.customer_id = any(cast(:customer_ids as uuid []))
    and contact_people.left_on is null
    and customers.hidden_at is null

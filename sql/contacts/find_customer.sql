-- A contact that is no customer's yet, and came on file or has other numbers: the customer with the number that is called,
-- else the one who has it beside their own (people of a company), or has one of the others as their own and no other name.
-- Several: nobody.
with

found as (

    select
        customers.id,
        0 as distance
    from contacts
    inner join customers
        on
            contacts.shop_id = customers.shop_id
            and contacts.phone = customers.phone
    where
        contacts.shop_id = :shop_id
        and contacts.id = :contact_id
        and customers.hidden_at is null
    union
    select
        company_numbers.customer_id,
        1
    from contacts
    inner join company_numbers
        on
            contacts.shop_id = company_numbers.shop_id
            and contacts.phone = company_numbers.phone
    where
        contacts.shop_id = :shop_id
        and contacts.id = :contact_id
    union
    select
        customers.id,
        1
    from contacts
    inner join customers
        on
            contacts.shop_id = customers.shop_id
            and customers.phone = any(contacts.other_phones)
    where
        contacts.shop_id = :shop_id
        and contacts.id = :contact_id
        and customers.hidden_at is null
        and contact_of_phone(contacts.shop_id, customers.phone) = contacts.id
        and names_agree(contacts.name, coalesce(customers.name, customers.company_name))

),

nearest as (

    select (array_agg(id))[1] as id
    from found
    where distance = (select min(distance) from found)
    having count(*) = 1

)

update contacts
set customer_id = nearest.id
from nearest
where
    contacts.shop_id = :shop_id
    and contacts.id = :contact_id
    and contacts.customer_id is null
returning contacts.id

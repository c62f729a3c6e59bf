-- Whoever is not on file with this phone: the company whose people have it, if they are people of one company only.
with

companies as (

    select
        phones.number,
        min(cast(contact_people.customer_id as text)) as customer_id
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
        and contact_people.left_on is null
        and customers.hidden_at is null
    group by phones.number
    having count(distinct contact_people.customer_id) = 1

)

update sheet_buyers
set customer_id = cast(companies.customer_id as uuid)
from companies
where
    companies.number = sheet_buyers.phone
    and sheet_buyers.customer_id is null

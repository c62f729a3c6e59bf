-- Whose number or address this is: people of companies that are not hidden who have not left, in order of name.
select
    contact_people.id as contact_person_id,
    contact_people.name,
    contact_people.customer_id,
    coalesce(customers.name, customers.company_name, customers.phone, customers.external_ref) as customer_name
from contact_people
inner join customers
    on
        contact_people.shop_id = customers.shop_id
        and contact_people.customer_id = customers.id
where
    contact_people.shop_id = :shop_id
    and contact_people.left_on is null
    and customers.hidden_at is null
    and contact_people.id in (
        select phones.contact_person_id
        from phones
        where
            phones.shop_id = :shop_id
            and phones.number = cast(:phone as text)
        union
        select emails.contact_person_id
        from emails
        where
            emails.shop_id = :shop_id
            and emails.address = cast(:email as text)
    )
order by
    contact_people.name,
    contact_people.id

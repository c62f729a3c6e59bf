-- Contacts that came on file or got numbers, and are no customer's yet: as sql/contacts/find_customer.sql says it of one.
with

asked as (

    select
        contacts.id,
        contacts.phone,
        contacts.name
    from sheet_contacts
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and sheet_contacts.contact_id = contacts.id
    where
        sheet_contacts.state in ('new', 'changed')
        and contacts.customer_id is null

),

found as (

    select
        asked.id,
        company_numbers.customer_id
    from asked
    inner join company_numbers
        on
            company_numbers.shop_id = :shop_id
            and asked.phone = company_numbers.phone
    union
    select
        asked.id,
        customers.id
    from asked
    inner join contact_numbers
        on
            contact_numbers.shop_id = :shop_id
            and asked.id = contact_numbers.contact_id
    inner join customers
        on
            customers.shop_id = :shop_id
            and contact_numbers.phone = customers.phone
    where names_agree(asked.name, coalesce(customers.name, customers.company_name))

),

alone as (

    select
        found.id,
        (array_agg(found.customer_id))[1] as customer_id
    from found
    inner join customers
        on
            customers.shop_id = :shop_id
            and found.customer_id = customers.id
    where customers.hidden_at is null
    group by found.id
    having count(*) = 1

)

update contacts
set customer_id = alone.customer_id
from alone
where
    contacts.shop_id = :shop_id
    and contacts.id = alone.id

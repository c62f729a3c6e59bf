-- Whose these e-mail addresses are: customers, people of companies who have not left, and leads who are no customers yet.
-- Hidden customers are left out.
with

asked as (

    select unnest(cast(:addresses as text[])) as address

),

found as (

    select
        asked.address,
        customers.id as customer_id,
        cast(null as uuid) as contact_person_id,
        cast(null as uuid) as lead_id,
        coalesce(customers.name, customers.company_name, customers.phone, customers.external_ref) as name
    from asked
    inner join customers
        on
            asked.address = customers.email
            and customers.shop_id = :shop_id
            and customers.hidden_at is null
    union all
    select
        asked.address,
        contact_people.customer_id,
        contact_people.id as contact_person_id,
        cast(null as uuid) as lead_id,
        contact_people.name
    from asked
    inner join emails
        on
            asked.address = emails.address
            and emails.shop_id = :shop_id
    inner join contact_people
        on
            emails.shop_id = contact_people.shop_id
            and emails.contact_person_id = contact_people.id
            and contact_people.left_on is null
    inner join customers
        on
            contact_people.shop_id = customers.shop_id
            and contact_people.customer_id = customers.id
            and customers.hidden_at is null
    union all
    select
        asked.address,
        cast(null as uuid) as customer_id,
        cast(null as uuid) as contact_person_id,
        leads.id as lead_id,
        coalesce(leads.name, leads.company, leads.phone, leads.email) as name
    from asked
    inner join leads
        on
            asked.address = leads.email
            and leads.shop_id = :shop_id
            and leads.customer_id is null

)

select
    address,
    customer_id,
    contact_person_id,
    lead_id,
    name
from found
order by
    customer_id,
    contact_person_id,
    lead_id

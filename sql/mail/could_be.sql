-- Who an e-mail could be with: who has the sender's name, and whose address is of the same firm's mail (domain: null for
-- mail anybody can have).
with

found as (

    select
        customers.id as customer_id,
        cast(null as uuid) as lead_id,
        coalesce(customers.name, customers.company_name) as name
    from customers
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null
        and (
            lower(coalesce(customers.name, customers.company_name)) = lower(cast(:called as text))
            or customers.email like '%@' || cast(:domain as text)
        )
    union
    select
        contact_people.customer_id,
        cast(null as uuid) as lead_id,
        coalesce(customers.name, customers.company_name) as name
    from contact_people
    inner join customers
        on
            contact_people.shop_id = customers.shop_id
            and contact_people.customer_id = customers.id
            and customers.hidden_at is null
    left join emails
        on
            contact_people.shop_id = emails.shop_id
            and contact_people.id = emails.contact_person_id
    where
        contact_people.shop_id = :shop_id
        and (
            lower(contact_people.name) = lower(cast(:called as text))
            or emails.address like '%@' || cast(:domain as text)
        )
    union
    select
        cast(null as uuid) as customer_id,
        leads.id as lead_id,
        coalesce(leads.name, leads.company) as name
    from leads
    where
        leads.shop_id = :shop_id
        and leads.customer_id is null
        and (
            lower(leads.name) = lower(cast(:called as text))
            or leads.email like '%@' || cast(:domain as text)
        )

)

select
    customer_id,
    lead_id,
    name
from found
where name is not null
order by
    lower(name),
    customer_id,
    lead_id
limit 5

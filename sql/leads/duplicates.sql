-- Leads and customers with this phone number, e-mail address or company, each once, by the surest sign first: at most so
-- many by each. Of companies, their people who have not left count too. A customer is found by the words of a company's
-- name; whether it is the same name is for the reader.
with

found as (

    (
        select
            1 as nth,
            'lead' as noun,
            'phone' as by,
            id
        from leads
        where
            shop_id = :shop_id
            and phone = cast(:phone as text)
        order by id desc
        limit :most
    )

    union all

    (
        select
            1,
            'customer',
            'phone',
            id
        from customers
        where
            shop_id = :shop_id
            and phone = cast(:phone as text)
            and hidden_at is null
    )

    union all

    (
        select
            2,
            'customer',
            'phone',
            customer_id
        from company_numbers
        where
            shop_id = :shop_id
            and phone = cast(:phone as text)
        limit :most
    )

    union all

    (
        select
            3,
            'lead',
            'email',
            id
        from leads
        where
            shop_id = :shop_id
            and email = cast(:email as text)
        order by id desc
        limit :most
    )

    union all

    (
        select
            3,
            'customer',
            'email',
            id
        from customers
        where
            shop_id = :shop_id
            and email = cast(:email as text)
            and hidden_at is null
        limit :most
    )

    union all

    (
        select
            4,
            'customer',
            'email',
            contact_people.customer_id
        from emails
        inner join contact_people
            on
                contact_people.shop_id = :shop_id
                and emails.contact_person_id = contact_people.id
        inner join customers
            on
                customers.shop_id = :shop_id
                and contact_people.customer_id = customers.id
        where
            emails.shop_id = :shop_id
            and contact_people.left_on is null
            and customers.hidden_at is null
            and emails.address = cast(:email as text)
        limit :most
    )

    union all

    (
        select
            5,
            'lead',
            'company',
            id
        from leads
        where
            shop_id = :shop_id
            and company_key = name_key(cast(:company as text))
        order by id desc
        limit :most
    )

    union all

    (
        select
            6,
            'customer',
            'company',
            customer_id
        from customer_words
        where
            shop_id = :shop_id
            and word = any(cast(:words as text[]))
        group by customer_id
        having count(*) = cardinality(cast(:words as text[]))
        limit :most
    )

),

once as (

    select distinct on (noun, id)
        nth,
        noun,
        by,
        id
    from found
    where id is distinct from cast(:besides as uuid)
    order by
        noun,
        id,
        nth

)

select
    once.noun,
    once.by,
    once.id,
    coalesce(leads.name, leads.company, customers.name, customers.company_name, leads.email, leads.phone, leads.ref) as name,
    coalesce(leads.city, customers.city) as city,
    coalesce(leads.phone, customers.phone) as phone,
    leads.status,
    memberships.name as assignee
from once
left join leads
    on
        leads.shop_id = :shop_id
        and once.noun = 'lead'
        and once.id = leads.id
left join customers
    on
        customers.shop_id = :shop_id
        and once.noun = 'customer'
        and once.id = customers.id
left join memberships
    on
        memberships.shop_id = :shop_id
        and coalesce(leads.assigned_to, customers.rep_id) = memberships.staff_id
where
    leads.customer_id is null
    or not exists (
        select 1
        from once as others
        where others.id = leads.customer_id
    )
order by
    once.nth,
    once.noun desc,
    once.id

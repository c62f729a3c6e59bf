-- Which lead each row is about: one on file by its reference, else by phone, else by e-mail; else that of a row further up;
-- else a new one. Who has a reference of their own is not taken for somebody with another. A lead of whom nothing is known
-- but company and name is the one with just these.
with

usable as (

    select
        row_number,
        ref,
        phone,
        email,
        name_key(company) as company_key,
        name_key(coalesce(name, '')) as person_key
    from sheet_rows
    where refused_reason is null

),

found as (

    select
        usable.*,
        coalesce(by_ref.id, by_phone.id, by_email.id, by_company.id) as lead_id,
        customer.id as customer_id
    from usable
    left join leads as by_ref
        on
            by_ref.shop_id = :shop_id
            and usable.ref = by_ref.ref
    left join lateral (
        select leads.id
        from leads
        where
            leads.shop_id = :shop_id
            and leads.phone = usable.phone
            and (usable.ref is null or leads.ref is null)
        order by leads.id
        limit 1
    ) as by_phone on by_ref.id is null
    left join lateral (
        select leads.id
        from leads
        where
            leads.shop_id = :shop_id
            and leads.email = usable.email
            and (usable.ref is null or leads.ref is null)
            and (usable.phone is null or leads.phone is null)
        order by leads.id
        limit 1
    ) as by_email
        on
            by_ref.id is null
            and by_phone.id is null
    left join lateral (
        select leads.id
        from leads
        where
            leads.shop_id = :shop_id
            and leads.company_key = usable.company_key
            and name_key(coalesce(leads.name, '')) = usable.person_key
            and leads.ref is null
            and leads.phone is null
            and leads.email is null
        order by leads.id
        limit 1
    ) as by_company on coalesce(usable.ref, usable.phone, usable.email) is null
    left join lateral (
        select customers.id
        from customers
        where
            customers.shop_id = :shop_id
            and customers.hidden_at is null
            and (customers.phone = usable.phone or customers.email = usable.email)
        order by
            customers.phone is distinct from usable.phone,
            customers.id
        limit 1
    ) as customer on true

),

-- a lead without a reference gets the first one that comes for it: rows with others are other leads
told_apart as (

    select
        row_number,
        ref,
        phone,
        email,
        company_key,
        person_key,
        customer_id,
        case
            when ref is null
                or lead_id is null
                or ref = first_value(ref) over (partition by lead_id order by ref is null, row_number)
                then lead_id
        end as lead_id
    from found

),

numbered as (

    select
        told_apart.*,
        min(row_number) over (
            partition by
                coalesce(
                    cast(lead_id as text),
                    'ref ' || ref,
                    'phone ' || phone,
                    'email ' || email,
                    'company ' || company_key || ' ' || person_key
                )
        ) as first_row
    from told_apart

)

insert into sheet_leads (row_number, first_row, lead_id, was_there, customer_id, state)
select
    row_number,
    first_row,
    coalesce(lead_id, cast(:id_start || lpad(to_hex(first_row), 8, '0') as uuid)),
    lead_id is not null,
    customer_id,
    case
        when first_row < row_number then 'same'
        when lead_id is null then 'new'
        else 'known'
    end
from numbered

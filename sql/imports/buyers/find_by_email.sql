-- Whoever is not known by phone or reference: who is longest on file with this e-mail address.
with

oldest as (

    select
        email,
        min(cast(id as text)) as id
    from customers
    where
        shop_id = :shop_id
        and hidden_at is null
        and email is not null
    group by email

)

update sheet_buyers
set customer_id = cast(oldest.id as uuid)
from oldest
where
    oldest.email = sheet_buyers.email
    and sheet_buyers.customer_id is null

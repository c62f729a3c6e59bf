-- Whoever is told by name alone: the one who is called so, on file or elsewhere in the file. Of several, nobody.
with

called as (

    select
        name_key(coalesce(customers.name, customers.company_name)) as name,
        customers.id
    from customers
    inner join sheet_buyers on name_key(coalesce(customers.name, customers.company_name)) = name_key(sheet_buyers.name)
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null
        and sheet_buyers.customer_id is null
    union
    select
        name_key(name),
        customer_id
    from sheet_buyers
    where
        customer_id is not null
        and name is not null

),

alone as (

    select
        name,
        min(cast(id as text)) as id
    from called
    group by name
    having count(*) = 1

)

update sheet_buyers
set customer_id = cast(alone.id as uuid)
from alone
where
    sheet_buyers.customer_id is null
    and name_key(sheet_buyers.name) = alone.name

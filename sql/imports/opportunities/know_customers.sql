-- Accounts by name: of several customers called so, the one that is a company; where that leaves several, nobody.
with

called as (

    select
        lower(coalesce(customers.name, customers.company_name)) as key,
        (array_agg(customers.id order by companies.customer_id is not null desc, customers.id))[1] as id,
        count(*) as customers,
        count(companies.customer_id) as companies
    from customers
    left join companies
        on
            companies.shop_id = :shop_id
            and customers.id = companies.customer_id
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null
        and lower(coalesce(customers.name, customers.company_name)) in (
            select sheet_meanings.key
            from sheet_meanings
            where sheet_meanings.kind = 'customer'
        )
    group by lower(coalesce(customers.name, customers.company_name))

)

update sheet_meanings
set
    id = called.id,
    called = case when called.customers > 1 and called.companies <> 1 then 'several' end
from called
where
    sheet_meanings.kind = 'customer'
    and sheet_meanings.key = called.key

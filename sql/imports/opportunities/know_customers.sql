-- Accounts by name, letters and digits alone: of several customers called so, the one that is spelt alike, then the one
-- that is a company; where that leaves several, called stays empty.
with

called as (

    select
        customers.id,
        coalesce(customers.name, customers.company_name) as name,
        letter_key(coalesce(customers.name, customers.company_name)) as key,
        companies.customer_id is not null as is_company
    from customers
    left join companies
        on
            companies.shop_id = :shop_id
            and customers.id = companies.customer_id
    where
        customers.shop_id = :shop_id
        and customers.hidden_at is null

),

fitting as (

    select
        sheet_meanings.key,
        called.id,
        called.name,
        name_key(called.name) = name_key(sheet_meanings.word) as is_spelt_alike,
        called.is_company
    from called
    inner join sheet_meanings
        on
            sheet_meanings.kind = 'customer'
            and called.key = sheet_meanings.key

),

ranked as (

    select
        key,
        id,
        name,
        rank() over (partition by key order by is_spelt_alike desc, is_company desc) as place
    from fitting

),

likeliest as (

    select
        key,
        min(cast(id as text)) as id,
        case when count(*) = 1 then min(name) end as called
    from ranked
    where place = 1
    group by key

)

update sheet_meanings
set
    id = cast(likeliest.id as uuid),
    called = likeliest.called
from likeliest
where
    sheet_meanings.kind = 'customer'
    and sheet_meanings.key = likeliest.key

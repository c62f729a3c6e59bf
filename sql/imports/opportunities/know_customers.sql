-- Accounts by name, letters and digits alone: of several customers called so, the one that is spelt alike, then the one
-- that is a company; where that leaves several, called stays empty.
with

fitting as (

    select
        sheet_meanings.key,
        called.id,
        called.called as name,
        name_key(called.called) = name_key(sheet_meanings.word) as is_spelt_alike,
        called.is_company
    from called_customers as called
    inner join sheet_meanings on called.key = sheet_meanings.key
    where
        called.shop_id = :shop_id
        and sheet_meanings.kind = 'customer'

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

-- Products by name, letters and digits alone, if exactly one is called so; of several, the one that is spelt alike.
with

called as (

    select
        letter_key(name) as key,
        count(*) as products,
        min(cast(id as text)) as id,
        min(name) as name
    from products
    where shop_id = :shop_id
    group by letter_key(name)

),

spelt as (

    select
        name_key(name) as name,
        min(cast(id as text)) as id
    from products
    where shop_id = :shop_id
    group by name_key(name)

)

update sheet_meanings
set
    id = cast(case when called.products = 1 then called.id else spelt.id end as uuid),
    called = case when called.products = 1 then called.name else words.word end
from sheet_meanings as words
inner join called on words.key = called.key
left join spelt on name_key(words.word) = spelt.name
where
    words.kind = 'product'
    and sheet_meanings.kind = 'product'
    and sheet_meanings.key = words.key
    and (called.products = 1 or spelt.id is not null)

-- Products whose name has, for each word typed, a word that begins with it, or whose code begins with what was typed.
-- Words are compared in lower case and without accents; the whole number of matches stands on every row.
with

of_shop as (

    select
        id,
        name,
        sku,
        category,
        price,
        is_active,
        updated_at,
        ' ' || regexp_replace(
            regexp_replace(normalize(lower(name), nfkd), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'
        ) as name_words
    from products
    where
        shop_id = :shop_id
        and (cast(:is_active as boolean) is null or is_active = :is_active)
        and (cast(:category as text) is null or category = :category)

)

select
    id,
    name,
    sku,
    category,
    price,
    is_active,
    updated_at,
    count(*) over () as matches
from of_shop
where
    cast(:code as text) is null
    or starts_with(lower(sku), :code)
    or (
        cardinality(cast(:words as text [])) > 0
        and not exists (
            select 1
            from unnest(cast(:words as text [])) as typed (word)
            where position(' ' || typed.word in of_shop.name_words) = 0
        )
    )
order by
    case when :sort = 'price' then price end nulls last,
    case when :sort = '-price' then price end desc nulls last,
    case when :sort = 'code' then sku end nulls last,
    case when :sort = 'newest' then id end desc,
    lower(name),
    id
limit :most
offset :skip

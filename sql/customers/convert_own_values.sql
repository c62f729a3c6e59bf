-- Values of one of the shop's own fields as another kind of field keeps them, wherever a customer has one of them.
with

converted as (

    select
        cast(pairs.given as jsonb) as given,
        cast(pairs.kept as jsonb) as kept
    from unnest(cast(:given as text []), cast(:kept as text [])) as pairs (given, kept)

)

update customers
set custom = jsonb_set(customers.custom, array[cast(:key as text)], converted.kept)
from converted
where
    customers.shop_id = :shop_id
    and customers.custom -> cast(:key as text) = converted.given

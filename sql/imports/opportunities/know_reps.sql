-- People of the team by name: of several, the one who sells; where that leaves several, nobody.
with

called as (

    select
        lower(name) as key,
        (array_agg(staff_id order by sells and is_active desc, staff_id))[1] as id,
        count(*) as people,
        count(*) filter (where sells and is_active) as sellers
    from memberships
    where shop_id = :shop_id
    group by lower(name)

)

update sheet_meanings
set
    id = called.id,
    called = case when called.people > 1 and called.sellers <> 1 then 'several' end
from called
where
    sheet_meanings.kind = 'rep'
    and sheet_meanings.key = called.key

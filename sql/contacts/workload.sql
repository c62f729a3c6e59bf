-- How much each person at work has of the contacts, by name, then what nobody has, and those who left but still have some.
with

held as (

    select
        assigned_to,
        count(*) filter (where status = 'pending') as pending,
        count(*) filter (where status = 'contacted') as contacted,
        count(*) filter (where status = 'yellow') as yellow,
        count(*) filter (where status = 'converted') as converted
    from contacts
    where shop_id = :shop_id
    group by assigned_to

),

in_touch as (

    select
        handled_by,
        count(*) as touches
    from interactions
    where
        shop_id = :shop_id
        and contact_id is not null
        and happened_on > cast(:today as date) - 7
        and happened_on <= cast(:today as date)
    group by handled_by

),

people as (

    select
        staff_id,
        name,
        is_active
    from memberships
    where shop_id = :shop_id

    union all

    select
        null,
        null,
        false

)

select
    people.staff_id,
    people.name,
    people.is_active,
    coalesce(held.pending, 0) as pending,
    coalesce(held.contacted, 0) as contacted,
    coalesce(held.yellow, 0) as yellow,
    coalesce(held.converted, 0) as converted,
    coalesce(in_touch.touches, 0) as touches
from people
left join held on people.staff_id is not distinct from held.assigned_to
left join in_touch on people.staff_id = in_touch.handled_by
where
    people.is_active
    or held.pending + held.contacted + held.yellow + held.converted > 0
order by
    people.name nulls last,
    people.staff_id

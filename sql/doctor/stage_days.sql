-- Sums of moves that differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        facet,
        rep_id,
        day,
        stage_id,
        came,
        moved_on,
        days
    from stage_days
    where shop_id = :shop_id
    union all
    select
        facet,
        rep_id,
        day,
        stage_id,
        -came,
        -moved_on,
        -days
    from stage_day_truth
    where shop_id = :shop_id

),

differences as (

    select
        facet,
        rep_id,
        day,
        stage_id,
        sum(came) as came,
        sum(moved_on) as moved_on,
        sum(days) as days
    from parts
    group by
        facet,
        rep_id,
        day,
        stage_id

)

select
    concat_ws(' ', differences.day, named.name, memberships.name, nullif(differences.facet, '')) as subject,
    count(*) over () as found,
    differences.came,
    differences.moved_on,
    differences.days
from differences
left join stages as named
    on
        named.shop_id = :shop_id
        and differences.stage_id = named.id
left join memberships
    on
        memberships.shop_id = :shop_id
        and differences.rep_id = memberships.staff_id
where
    differences.came <> 0
    or differences.moved_on <> 0
    or differences.days <> 0
order by subject
limit :most

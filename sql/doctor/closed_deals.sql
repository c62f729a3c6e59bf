-- Sums of closed opportunities that differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        facet,
        rep_id,
        day,
        won,
        lost,
        won_value,
        lost_value,
        won_days,
        lost_days
    from closed_deals
    where shop_id = :shop_id
    union all
    select
        facet,
        rep_id,
        day,
        -won,
        -lost,
        -won_value,
        -lost_value,
        -won_days,
        -lost_days
    from closed_deal_truth
    where shop_id = :shop_id

),

differences as (

    select
        facet,
        rep_id,
        day,
        sum(won) as won,
        sum(lost) as lost,
        sum(won_value) as won_value,
        sum(lost_value) as lost_value,
        sum(won_days) as won_days,
        sum(lost_days) as lost_days
    from parts
    group by
        facet,
        rep_id,
        day

)

select
    concat_ws(' ', differences.day, memberships.name, nullif(differences.facet, '')) as subject,
    count(*) over () as found,
    differences.won,
    differences.lost,
    differences.won_value,
    differences.lost_value,
    differences.won_days,
    differences.lost_days
from differences
left join memberships
    on
        memberships.shop_id = :shop_id
        and differences.rep_id = memberships.staff_id
where
    differences.won <> 0
    or differences.lost <> 0
    or differences.won_value <> 0
    or differences.lost_value <> 0
    or differences.won_days <> 0
    or differences.lost_days <> 0
order by subject
limit :most

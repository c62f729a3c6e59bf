-- Sums of reasons that differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        facet,
        rep_id,
        day,
        reason_id,
        outcome,
        deals,
        value
    from closed_reasons
    where shop_id = :shop_id
    union all
    select
        facet,
        rep_id,
        day,
        reason_id,
        outcome,
        -deals,
        -value
    from closed_reason_truth
    where shop_id = :shop_id

),

differences as (

    select
        facet,
        rep_id,
        day,
        reason_id,
        outcome,
        sum(deals) as deals,
        sum(value) as value
    from parts
    group by
        facet,
        rep_id,
        day,
        reason_id,
        outcome

)

select
    concat_ws(' ', differences.day, differences.outcome, named.name, memberships.name, nullif(differences.facet, '')) as subject,
    count(*) over () as found,
    differences.deals,
    differences.value
from differences
left join lost_reasons as named
    on
        named.shop_id = :shop_id
        and differences.reason_id = named.id
left join memberships
    on
        memberships.shop_id = :shop_id
        and differences.rep_id = memberships.staff_id
where
    differences.deals <> 0
    or differences.value <> 0
order by subject
limit :most

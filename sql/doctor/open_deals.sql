-- Sums of open opportunities that differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        facet,
        rep_id,
        stage_id,
        expected_on,
        deals,
        without_value,
        value,
        own_value,
        own_weighted
    from open_deals
    where shop_id = :shop_id
    union all
    select
        facet,
        rep_id,
        stage_id,
        expected_on,
        -deals,
        -without_value,
        -value,
        -own_value,
        -own_weighted
    from open_deal_truth
    where shop_id = :shop_id

),

differences as (

    select
        facet,
        rep_id,
        stage_id,
        expected_on,
        sum(deals) as deals,
        sum(without_value) as without_value,
        sum(value) as value,
        sum(own_value) as own_value,
        sum(own_weighted) as own_weighted
    from parts
    group by
        facet,
        rep_id,
        stage_id,
        expected_on

)

select
    concat_ws(' ', differences.expected_on, named.name, memberships.name, nullif(differences.facet, '')) as subject,
    count(*) over () as found,
    differences.deals,
    differences.without_value,
    differences.value,
    differences.own_value,
    differences.own_weighted
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
    differences.deals <> 0
    or differences.without_value <> 0
    or differences.value <> 0
    or differences.own_value <> 0
    or differences.own_weighted <> 0
order by subject
limit :most

-- Sums of standing opportunities that differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        facet,
        rep_id,
        stage_id,
        since_on,
        deals
    from standing_deals
    where shop_id = :shop_id
    union all
    select
        facet,
        rep_id,
        stage_id,
        since_on,
        -deals
    from standing_deal_truth
    where shop_id = :shop_id

),

differences as (

    select
        facet,
        rep_id,
        stage_id,
        since_on,
        sum(deals) as deals
    from parts
    group by
        facet,
        rep_id,
        stage_id,
        since_on

)

select
    concat_ws(' ', differences.since_on, named.name, memberships.name, nullif(differences.facet, '')) as subject,
    count(*) over () as found,
    differences.deals
from differences
left join stages as named
    on
        named.shop_id = :shop_id
        and differences.stage_id = named.id
left join memberships
    on
        memberships.shop_id = :shop_id
        and differences.rep_id = memberships.staff_id
where differences.deals <> 0
order by subject
limit :most

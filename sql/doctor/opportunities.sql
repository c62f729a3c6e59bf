-- Opportunities that don't stand where their history says, or whose status is not what their stage makes of it.
with

latest as (

    select distinct on (opportunity_id)
        opportunity_id,
        to_stage_id
    from stage_changes
    where shop_id = :shop_id
    order by
        opportunity_id,
        id desc

),

wrong as (

    select
        opportunities.name,
        case when latest.to_stage_id is distinct from opportunities.stage_id then 'another stage than its history' end
            as stands_in,
        case when opportunities.status <> coalesce(stages.outcome, 'open') then 'not what its stage makes of it' end
            as status_is
    from opportunities
    inner join stages
        on
            stages.shop_id = :shop_id
            and opportunities.stage_id = stages.id
    left join latest on opportunities.id = latest.opportunity_id
    where opportunities.shop_id = :shop_id

)

select
    name as subject,
    count(*) over () as found,
    stands_in,
    status_is
from wrong
where
    stands_in is not null
    or status_is is not null
order by name
limit :most

-- Five lines of history for each made-up opportunity, each three days after the one before, the last into its stage.
insert into stage_changes (
    shop_id, id, opportunity_id, from_stage_id, to_stage_id, happened_at, happened_on, days
)
select
    opportunities.shop_id,
    cast(md5(cast(opportunities.id as text) || nth) as uuid),
    opportunities.id,
    case when nth > 1 then (cast(:stages as uuid[]))[nth - 1] end,
    case when nth = 5 then opportunities.stage_id else (cast(:stages as uuid[]))[nth] end,
    opportunities.created_on + 3 * (nth - 1) + interval '6 hours',
    opportunities.created_on + 3 * (nth - 1),
    case when nth > 1 then 3 end
from opportunities
cross join generate_series(1, 5) as nth
where opportunities.shop_id = :shop_id

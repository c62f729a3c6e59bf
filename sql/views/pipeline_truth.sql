-- What the sums of the pipeline mean (open_deals, standing_deals, closed_deals, closed_reasons, stage_days), as readable
-- queries over the raw rows, like those of truth.sql. Each _parts view says what one opportunity adds; deal_facets, to
-- which sums.

-- An opportunity counts among all of them, and among those of its source, its territory and each of its products; there
-- for whoever the sales rep is (all ones), and for its own (all zeros: nobody's). facet_of in pipeline_figures.sql says
-- the same of what figures are narrowed to.
create view deal_facets with (security_invoker = true) as
select
    opportunities.shop_id,
    opportunities.id as opportunity_id,
    facets.facet,
    whose.rep_id
from opportunities
cross join lateral (
    select '' as facet
    union all
    select 'source ' || opportunities.source
    where opportunities.source is not null
    union all
    select 'territory ' || opportunities.territory_id
    where opportunities.territory_id is not null
    union all
    select distinct 'product ' || opportunity_items.product_id
    from opportunity_items
    where
        opportunity_items.shop_id = opportunities.shop_id
        and opportunity_items.opportunity_id = opportunities.id
        and opportunity_items.product_id is not null
) as facets
cross join lateral (
    values
        (cast('ffffffff-ffff-ffff-ffff-ffffffffffff' as uuid)),
        (coalesce(opportunities.rep_id, '00000000-0000-0000-0000-000000000000'))
) as whose (rep_id);

-- Of reasons and moves, which are many, a sum knows a facet or the sales rep, not both.
create view single_facets with (security_invoker = true) as
select
    shop_id,
    opportunity_id,
    facet,
    rep_id
from deal_facets
where
    facet = ''
    or rep_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

create view open_deal_parts with (security_invoker = true) as
select
    shop_id,
    id as opportunity_id,
    stage_id,
    coalesce(expected_close_on, '-infinity') as expected_on,
    1 as deals,
    case when value is null then 1 else 0 end as without_value,
    coalesce(value, 0) as value,
    case when probability is not null then coalesce(value, 0) else 0 end as own_value,
    coalesce(value * probability / 100.0, 0) as own_weighted
from opportunities
where status = 'open';

create view open_deal_truth with (security_invoker = true) as
select
    deal_facets.shop_id,
    deal_facets.facet,
    deal_facets.rep_id,
    parts.stage_id,
    parts.expected_on,
    sum(parts.deals) as deals,
    sum(parts.without_value) as without_value,
    sum(parts.value) as value,
    sum(parts.own_value) as own_value,
    sum(parts.own_weighted) as own_weighted
from open_deal_parts as parts
inner join deal_facets
    on
        parts.shop_id = deal_facets.shop_id
        and parts.opportunity_id = deal_facets.opportunity_id
group by
    deal_facets.shop_id,
    deal_facets.facet,
    deal_facets.rep_id,
    parts.stage_id,
    parts.expected_on;

create view standing_deal_parts with (security_invoker = true) as
select
    shop_id,
    id as opportunity_id,
    stage_id,
    stage_since_on as since_on,
    1 as deals
from opportunities
where status = 'open';

create view standing_deal_truth with (security_invoker = true) as
select
    deal_facets.shop_id,
    deal_facets.facet,
    deal_facets.rep_id,
    parts.stage_id,
    parts.since_on,
    sum(parts.deals) as deals
from standing_deal_parts as parts
inner join deal_facets
    on
        parts.shop_id = deal_facets.shop_id
        and parts.opportunity_id = deal_facets.opportunity_id
group by
    deal_facets.shop_id,
    deal_facets.facet,
    deal_facets.rep_id,
    parts.stage_id,
    parts.since_on;

create view closed_deal_parts with (security_invoker = true) as
select
    shop_id,
    id as opportunity_id,
    closed_on as day,
    case when status = 'won' then 1 else 0 end as won,
    case when status = 'lost' then 1 else 0 end as lost,
    case when status = 'won' then coalesce(value, 0) else 0 end as won_value,
    case when status = 'lost' then coalesce(value, 0) else 0 end as lost_value,
    case when status = 'won' then closed_on - created_on else 0 end as won_days,
    case when status = 'lost' then closed_on - created_on else 0 end as lost_days
from opportunities
where status <> 'open';

create view closed_deal_truth with (security_invoker = true) as
select
    deal_facets.shop_id,
    deal_facets.facet,
    deal_facets.rep_id,
    parts.day,
    sum(parts.won) as won,
    sum(parts.lost) as lost,
    sum(parts.won_value) as won_value,
    sum(parts.lost_value) as lost_value,
    sum(parts.won_days) as won_days,
    sum(parts.lost_days) as lost_days
from closed_deal_parts as parts
inner join deal_facets
    on
        parts.shop_id = deal_facets.shop_id
        and parts.opportunity_id = deal_facets.opportunity_id
group by
    deal_facets.shop_id,
    deal_facets.facet,
    deal_facets.rep_id,
    parts.day;

create view closed_reason_parts with (security_invoker = true) as
select
    shop_id,
    id as opportunity_id,
    closed_on as day,
    coalesce(reason_id, '00000000-0000-0000-0000-000000000000') as reason_id,
    status as outcome,
    1 as deals,
    coalesce(value, 0) as value
from opportunities
where status <> 'open';

create view closed_reason_truth with (security_invoker = true) as
select
    single_facets.shop_id,
    single_facets.facet,
    single_facets.rep_id,
    parts.day,
    parts.reason_id,
    parts.outcome,
    sum(parts.deals) as deals,
    sum(parts.value) as value
from closed_reason_parts as parts
inner join single_facets
    on
        parts.shop_id = single_facets.shop_id
        and parts.opportunity_id = single_facets.opportunity_id
group by
    single_facets.shop_id,
    single_facets.facet,
    single_facets.rep_id,
    parts.day,
    parts.reason_id,
    parts.outcome;

create view stage_day_parts with (security_invoker = true) as
select
    shop_id,
    opportunity_id,
    id as change_id,
    happened_on as day,
    to_stage_id as stage_id,
    1 as came,
    0 as moved_on,
    0 as days
from stage_changes
union all
select
    shop_id,
    opportunity_id,
    id as change_id,
    happened_on as day,
    from_stage_id as stage_id,
    0 as came,
    1 as moved_on,
    coalesce(days, 0) as days
from stage_changes
where from_stage_id is not null;

create view stage_day_truth with (security_invoker = true) as
select
    single_facets.shop_id,
    single_facets.facet,
    single_facets.rep_id,
    parts.day,
    parts.stage_id,
    sum(parts.came) as came,
    sum(parts.moved_on) as moved_on,
    sum(parts.days) as days
from stage_day_parts as parts
inner join single_facets
    on
        parts.shop_id = single_facets.shop_id
        and parts.opportunity_id = single_facets.opportunity_id
group by
    single_facets.shop_id,
    single_facets.facet,
    single_facets.rep_id,
    parts.day,
    parts.stage_id;

-- What the sums of the pipeline mean (open_deals, closed_deals, closed_reasons, stage_days), as readable queries over the
-- raw rows, like those of truth.sql. Each _parts view says what one opportunity adds.

create view open_deal_parts with (security_invoker = true) as
select
    shop_id,
    id as opportunity_id,
    stage_id,
    coalesce(rep_id, '00000000-0000-0000-0000-000000000000') as rep_id,
    coalesce(cast(date_trunc('month', expected_close_on) as date), '-infinity') as month,
    1 as deals,
    case when value is null then 1 else 0 end as without_value,
    coalesce(value, 0) as value,
    case when probability is not null then coalesce(value, 0) else 0 end as own_value,
    coalesce(value * probability / 100.0, 0) as own_weighted
from opportunities
where status = 'open';

create view open_deal_truth with (security_invoker = true) as
select
    shop_id,
    stage_id,
    rep_id,
    month,
    sum(deals) as deals,
    sum(without_value) as without_value,
    sum(value) as value,
    sum(own_value) as own_value,
    sum(own_weighted) as own_weighted
from open_deal_parts
group by
    shop_id,
    stage_id,
    rep_id,
    month;

create view closed_deal_parts with (security_invoker = true) as
select
    shop_id,
    id as opportunity_id,
    closed_on as day,
    coalesce(rep_id, '00000000-0000-0000-0000-000000000000') as rep_id,
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
    shop_id,
    day,
    rep_id,
    sum(won) as won,
    sum(lost) as lost,
    sum(won_value) as won_value,
    sum(lost_value) as lost_value,
    sum(won_days) as won_days,
    sum(lost_days) as lost_days
from closed_deal_parts
group by
    shop_id,
    day,
    rep_id;

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
    shop_id,
    day,
    reason_id,
    outcome,
    sum(deals) as deals,
    sum(value) as value
from closed_reason_parts
group by
    shop_id,
    day,
    reason_id,
    outcome;

create view stage_day_parts with (security_invoker = true) as
select
    shop_id,
    opportunity_id,
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
    happened_on as day,
    from_stage_id as stage_id,
    0 as came,
    1 as moved_on,
    coalesce(days, 0) as days
from stage_changes
where from_stage_id is not null;

create view stage_day_truth with (security_invoker = true) as
select
    shop_id,
    day,
    stage_id,
    sum(came) as came,
    sum(moved_on) as moved_on,
    sum(days) as days
from stage_day_parts
group by
    shop_id,
    day,
    stage_id;

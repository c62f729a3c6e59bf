-- Changed opportunities say what the file says; what it leaves open stays.
update opportunities
set
    name = case when sheet_deals.says_name then sheet_deals.name else opportunities.name end,
    customer_id = coalesce(sheet_deals.customer_id, opportunities.customer_id),
    value = coalesce(sheet_deals.value, opportunities.value),
    probability = coalesce(sheet_deals.probability, opportunities.probability),
    rep_id = coalesce(sheet_deals.rep_id, opportunities.rep_id),
    source = coalesce(sheet_deals.source, opportunities.source),
    kind = coalesce(sheet_deals.kind, opportunities.kind),
    competitor = coalesce(sheet_deals.competitor, opportunities.competitor),
    next_step = coalesce(sheet_deals.next_step, opportunities.next_step),
    created_on = case when sheet_deals.says_created then sheet_deals.created_on else opportunities.created_on end,
    expected_close_on = coalesce(sheet_deals.expected_close_on, opportunities.expected_close_on),
    stage_id = case when sheet_deals.says_stage then sheet_deals.stage_id else opportunities.stage_id end,
    status = case when sheet_deals.says_stage then sheet_deals.status else opportunities.status end,
    closed_on = case when sheet_deals.says_stage then sheet_deals.closed_on else opportunities.closed_on end,
    reason_id = case
        when sheet_deals.says_stage and sheet_deals.status = 'open' then null
        else coalesce(sheet_deals.reason_id, opportunities.reason_id)
    end,
    reason_note = coalesce(sheet_deals.reason_note, opportunities.reason_note),
    stage_since = case
        when sheet_deals.left_stage_id is not null then coalesce(sheet_deals.closed_at, :now)
        else opportunities.stage_since
    end,
    stage_since_on = case
        when sheet_deals.left_stage_id is not null then coalesce(sheet_deals.closed_on, :today)
        else opportunities.stage_since_on
    end,
    updated_at = :now,
    updated_by = :staff_id
from sheet_deals
where
    opportunities.shop_id = :shop_id
    and opportunities.id = sheet_deals.opportunity_id
    and sheet_deals.state = 'changed'

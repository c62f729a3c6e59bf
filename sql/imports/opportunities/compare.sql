-- An opportunity on file that says something else than the file has changed; what the file leaves open is no difference.
-- left_stage_id: where it stood, if the file has it elsewhere.
update sheet_deals
set
    state = 'changed',
    left_stage_id = case
        when sheet_deals.says_stage and opportunities.stage_id <> sheet_deals.stage_id then opportunities.stage_id
    end
from opportunities
where
    opportunities.shop_id = :shop_id
    and opportunities.id = sheet_deals.opportunity_id
    and sheet_deals.state = 'stored'
    and (
        (sheet_deals.says_name and opportunities.name <> sheet_deals.name)
        or (sheet_deals.says_stage and opportunities.stage_id <> sheet_deals.stage_id)
        or (sheet_deals.says_created and opportunities.created_on <> sheet_deals.created_on)
        or (sheet_deals.says_stage and opportunities.closed_on is distinct from sheet_deals.closed_on)
        or opportunities.customer_id is distinct from coalesce(sheet_deals.customer_id, opportunities.customer_id)
        or opportunities.value is distinct from coalesce(sheet_deals.value, opportunities.value)
        or opportunities.probability is distinct from coalesce(sheet_deals.probability, opportunities.probability)
        or opportunities.rep_id is distinct from coalesce(sheet_deals.rep_id, opportunities.rep_id)
        or opportunities.source is distinct from coalesce(sheet_deals.source, opportunities.source)
        or opportunities.kind is distinct from coalesce(sheet_deals.kind, opportunities.kind)
        or opportunities.competitor is distinct from coalesce(sheet_deals.competitor, opportunities.competitor)
        or opportunities.next_step is distinct from coalesce(sheet_deals.next_step, opportunities.next_step)
        or opportunities.reason_id is distinct from coalesce(sheet_deals.reason_id, opportunities.reason_id)
        or opportunities.expected_close_on is distinct from coalesce(
            sheet_deals.expected_close_on, opportunities.expected_close_on
        )
    )

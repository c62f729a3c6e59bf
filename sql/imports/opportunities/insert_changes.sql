-- The moves of changed opportunities that the file has in another stage: on the day they closed, else today.
insert into stage_changes (
    shop_id, id, opportunity_id, from_stage_id, to_stage_id, happened_at, happened_on, staff_id, reason_id, note, days
)
select
    :shop_id,
    sheet_deals.change_id,
    opportunities.id,
    sheet_deals.left_stage_id,
    sheet_deals.stage_id,
    coalesce(sheet_deals.closed_at, :now),
    coalesce(sheet_deals.closed_on, :today),
    :staff_id,
    sheet_deals.reason_id,
    sheet_deals.reason_note,
    greatest(coalesce(sheet_deals.closed_on, cast(:today as date)) - opportunities.stage_since_on, 0)
from sheet_deals
inner join opportunities
    on
        opportunities.shop_id = :shop_id
        and sheet_deals.opportunity_id = opportunities.id
where
    sheet_deals.state = 'changed'
    and sheet_deals.left_stage_id is not null
order by sheet_deals.row_number

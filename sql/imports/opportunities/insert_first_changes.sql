-- Where new opportunities stand is the beginning of their history here; what came before, the file does not tell.
insert into stage_changes (
    shop_id, id, opportunity_id, to_stage_id, happened_at, happened_on, staff_id, reason_id, note
)
select
    :shop_id,
    change_id,
    opportunity_id,
    stage_id,
    coalesce(closed_at, created_at, :now),
    coalesce(closed_on, created_on),
    :staff_id,
    reason_id,
    reason_note
from sheet_deals
where state = 'new'
order by row_number

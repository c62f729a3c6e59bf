-- Reasons the file gives for what ended, that are not on the list of their outcome.
select
    stages.outcome,
    min(sheet_rows.reason) as name
from sheet_rows
inner join stages
    on
        stages.shop_id = :shop_id
        and sheet_rows.stage_id = stages.id
left join lost_reasons
    on
        lost_reasons.shop_id = :shop_id
        and lost_reasons.retired_at is null
        and stages.outcome = lost_reasons.outcome
        and lower(sheet_rows.reason) = lower(lost_reasons.name)
where
    sheet_rows.refused_reason is null
    and stages.outcome is not null
    and length(sheet_rows.reason) between 1 and 100
    and lost_reasons.id is null
group by
    stages.outcome,
    lower(sheet_rows.reason)
order by
    stages.outcome,
    min(sheet_rows.row_number)

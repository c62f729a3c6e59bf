-- Every refused row, and why.
insert into sheet_refused (row_number, field, value, reason)
select
    sheet_rows.row_number,
    case when sheet_deals.ended_on is not null then 'closed_on' else sheet_rows.refused_column end,
    coalesce(sheet_rows.refused_value, cast(sheet_deals.ended_on as text)),
    coalesce(sheet_rows.refused_reason, sheet_deals.refused_reason)
from sheet_rows
left join sheet_deals on sheet_rows.row_number = sheet_deals.row_number
where coalesce(sheet_rows.refused_reason, sheet_deals.refused_reason) is not null

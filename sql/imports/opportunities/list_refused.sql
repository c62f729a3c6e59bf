-- Every refused row, and why.
insert into sheet_refused (row_number, field, value, reason)
select
    sheet_rows.row_number,
    sheet_rows.refused_column,
    sheet_rows.refused_value,
    coalesce(sheet_rows.refused_reason, sheet_deals.refused_reason)
from sheet_rows
left join sheet_deals on sheet_rows.row_number = sheet_deals.row_number
where coalesce(sheet_rows.refused_reason, sheet_deals.refused_reason) is not null

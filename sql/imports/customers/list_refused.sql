-- Every refused row, and why.
insert into sheet_refused (row_number, field, value, reason)
select
    sheet_rows.row_number,
    coalesce(sheet_rows.refused_column, sheet_customers.refused_column),
    coalesce(sheet_rows.refused_value, sheet_customers.refused_value),
    coalesce(sheet_rows.refused_reason, sheet_customers.refused_reason)
from sheet_rows
left join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
where coalesce(sheet_rows.refused_reason, sheet_customers.refused_reason) is not null

-- Every refused row, and why.
insert into sheet_refused (row_number, field, value, reason)
select
    sheet_rows.row_number,
    coalesce(sheet_rows.refused_column, sheet_products.refused_column),
    coalesce(sheet_rows.refused_value, sheet_products.refused_value),
    coalesce(sheet_rows.refused_reason, sheet_products.refused_reason)
from sheet_rows
left join sheet_products on sheet_rows.row_number = sheet_products.row_number
where coalesce(sheet_rows.refused_reason, sheet_products.refused_reason) is not null

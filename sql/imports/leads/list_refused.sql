-- Every refused row, and why.
insert into sheet_refused (row_number, field, value, reason)
select
    row_number,
    refused_column,
    refused_value,
    refused_reason
from sheet_rows
where refused_reason is not null

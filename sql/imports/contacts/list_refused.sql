-- Every refused row, and why: what is wrong with a cell, or that there is no number.
insert into sheet_refused (row_number, field, value, reason)
select
    row_number,
    case when refused_reason is null then 'phone' else refused_column end,
    refused_value,
    coalesce(refused_reason, 'There is no phone number in this row.')
from sheet_rows
where
    refused_reason is not null
    or (phone is null and other_phone is null)

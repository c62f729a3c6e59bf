-- The first refused rows, for a preview.
select
    row_number,
    field,
    value,
    reason
from sheet_refused
order by row_number
limit cast(:most as integer)

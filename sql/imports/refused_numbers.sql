-- The numbers of all refused rows.
select row_number
from sheet_refused

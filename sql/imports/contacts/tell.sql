-- Whom the sheet holds, in rows: on file as contacts already, as customers, repeated within it, with another name than is on
-- file or further up, and with a landline for their number.
select
    count(*) filter (where was_there and first_row = row_number) as already,
    count(*) filter (where customer_id is not null and first_row = row_number and not was_there) as customers,
    count(*) filter (where first_row < row_number) as repeats,
    count(*) filter (where is_renamed) as renamed,
    count(*) filter (where phone_kind = 'landline' and first_row = row_number) as landlines
from sheet_contacts

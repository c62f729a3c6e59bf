-- Whoever is not on file is one new customer for each phone; but who else in the file has the same phone and is
-- known by now, is that customer.
with

alike as (

    select
        phone,
        min(first_row) as first_row,
        min(cast(customer_id as text)) as known_id
    from sheet_buyers
    where phone is not null
    group by phone

)

update sheet_buyers
set
    customer_id = coalesce(
        cast(alike.known_id as uuid),
        cast(:customer_start || lpad(to_hex(alike.first_row), 8, '0') as uuid)
    ),
    is_new = alike.known_id is null
from alike
where
    sheet_buyers.customer_id is null
    and sheet_buyers.phone = alike.phone

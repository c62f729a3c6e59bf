-- Whoever is told by name alone and not on file is one new customer for each name.
with

alike as (

    select
        name_key(name) as name,
        min(first_row) as first_row
    from sheet_buyers
    where
        customer_id is null
        and name is not null
    group by name_key(name)

)

update sheet_buyers
set
    customer_id = cast(:customer_start || lpad(to_hex(alike.first_row), 8, '0') as uuid),
    is_new = true
from alike
where
    sheet_buyers.customer_id is null
    and name_key(sheet_buyers.name) = alike.name

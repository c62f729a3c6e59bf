-- The first rows as they were understood, for a preview.
select
    sku,
    name,
    category,
    cast(price as text) as price
from sheet_rows
order by row_number
limit 10

-- What new products are called.
select called
from sheet_meanings
where
    kind = 'product'
    and is_new

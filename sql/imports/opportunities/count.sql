-- What became of the rows of the file: every row is one of these.
with

rows as (

    select
        cast(count(*) filter (where state = 'new') as integer) as created,
        cast(count(*) filter (where state = 'changed') as integer) as updated,
        cast(count(*) filter (where state in ('same', 'repeat')) as integer) as unchanged
    from sheet_deals

)

select
    created,
    updated,
    unchanged,
    cast((select count(*) from sheet_rows) - created - updated - unchanged as integer) as rejected
from rows

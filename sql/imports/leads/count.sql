-- What became of the rows of the file: every row is one of these.
with

rows as (

    select
        count(*) filter (where state = 'new') as created,
        count(*) filter (where state = 'changed') as updated,
        count(*) filter (where state = 'same') as unchanged
    from sheet_leads

)

select
    created,
    updated,
    unchanged,
    (select count(*) from sheet_rows) - created - updated - unchanged as rejected
from rows

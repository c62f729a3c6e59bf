-- What became of the rows of the file: every row is one of these.
with

rows as (

    select
        coalesce(cast(sum(rows) filter (where state = 'new') as integer), 0) as created,
        coalesce(cast(sum(rows) filter (where state = 'changed') as integer), 0) as updated,
        coalesce(cast(sum(rows) filter (where state = 'same') as integer), 0) as unchanged
    from sheet_visits

)

select
    created,
    updated,
    unchanged,
    (select count(*) from sheet_rows) - created - updated - unchanged as rejected
from rows

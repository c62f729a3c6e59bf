-- What became of the lines of the file: every line is one of these.
with

lines as (

    select
        coalesce(cast(sum(lines) filter (where state = 'new') as integer), 0) as created,
        coalesce(cast(sum(lines) filter (where state = 'changed') as integer), 0) as updated,
        coalesce(cast(sum(lines) filter (where state = 'same') as integer), 0) as unchanged
    from sheet_orders

)

select
    created,
    updated,
    unchanged,
    (select count(*) from sheet_lines) - created - updated - unchanged as rejected
from lines

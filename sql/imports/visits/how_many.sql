-- How many rows the file has for how many visits.
select
    coalesce(cast(sum(rows) as integer), 0) as rows,
    count(*) as visits
from sheet_visits
where state <> 'refused'

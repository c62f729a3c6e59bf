-- How many opportunities closed before they began, and the days of the first of them.
select
    row_number,
    began_on,
    ended_on,
    count(*) over () as deals
from sheet_deals
where ended_on is not null
order by row_number
limit 1

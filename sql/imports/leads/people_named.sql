-- Whom the rows that can be used name as having leads, each spelling once, those written most often first.
select assigned_to as name
from sheet_rows
where
    refused_reason is null
    and assigned_to is not null
group by assigned_to
order by
    count(*) desc,
    min(row_number)

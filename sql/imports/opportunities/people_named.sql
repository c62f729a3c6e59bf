-- Whom the rows that can be used name as having opportunities, each spelling once, those written most often first.
select rep as name
from sheet_rows
where
    refused_reason is null
    and rep is not null
group by rep
order by
    count(*) desc,
    min(row_number)

-- The words of a kind that mean nothing here yet, in the order of the file.
select word
from sheet_meanings
where
    kind = :kind
    and id is null
order by first_row

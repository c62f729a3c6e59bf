-- Everybody named in rows that are not refused.
insert into sheet_buyers (buyer, first_row, phone, phone_typed, ref, name)
select
    buyer,
    min(row_number),
    min(phone),
    min(phone_typed),
    min(ref),
    min(name)
from sheet_rows
where buyer is not null
group by buyer

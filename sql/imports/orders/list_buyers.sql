-- Everybody named in orders that are not refused.
insert into sheet_buyers (buyer, first_row, phone, phone_typed, ref, email, name, link)
select
    buyer,
    min(first_row),
    min(phone),
    min(phone_typed),
    min(ref),
    min(email),
    min(name),
    min(link)
from sheet_orders
where
    buyer is not null
    and state <> 'refused'
group by buyer

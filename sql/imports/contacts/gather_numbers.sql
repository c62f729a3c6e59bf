-- The first row about each contact has all numbers that the sheet gives for it beside the one that is called, each once.
with

several as (

    select contact_id
    from sheet_contacts
    group by contact_id
    having
        count(*) > 1
        or max(cardinality(others)) > 1
        or contact_id in (select same_as from sheet_same)

),

called as (

    select
        sheet_contacts.row_number,
        sheet_contacts.contact_id,
        coalesce(contacts.phone, sheet_contacts.phone) as phone
    from sheet_contacts
    inner join several on sheet_contacts.contact_id = several.contact_id
    left join contacts
        on
            contacts.shop_id = :shop_id
            and sheet_contacts.contact_id = contacts.id
    where sheet_contacts.first_row = sheet_contacts.row_number

),

given as (

    select
        called.row_number,
        numbers.phone,
        min(array[sheet_contacts.row_number, numbers.place]) as place
    from called
    inner join sheet_contacts on called.contact_id = sheet_contacts.contact_id
    cross join unnest(sheet_contacts.phone || sheet_contacts.others) with ordinality as numbers (phone, place)
    where numbers.phone <> called.phone
    group by
        called.row_number,
        numbers.phone

),

gathered as (

    select
        called.row_number,
        coalesce(array_agg(given.phone order by given.place) filter (where given.phone is not null), '{}') as others
    from called
    left join given on called.row_number = given.row_number
    group by called.row_number

)

update sheet_contacts
set others = gathered.others
from gathered
where
    sheet_contacts.row_number = gathered.row_number
    and sheet_contacts.others is distinct from gathered.others

-- The rows of contacts that are others are rows about those: on file, or the same again as one further up.
with

joined as (

    select
        sheet_contacts.row_number,
        coalesce(sheet_same.same_as, sheet_contacts.contact_id) as contact_id
    from sheet_contacts
    left join sheet_same on sheet_contacts.contact_id = sheet_same.contact_id
    where
        sheet_contacts.contact_id in (
            select contact_id
            from sheet_same
            union all
            select same_as
            from sheet_same
        )

),

numbered as (

    select
        row_number,
        contact_id,
        min(row_number) over (partition by contact_id) as first_row
    from joined

)

update sheet_contacts
set
    contact_id = numbered.contact_id,
    first_row = numbered.first_row,
    was_there = contacts.id is not null,
    state = case
        when numbered.first_row < numbered.row_number then 'same'
        when contacts.id is null then 'new'
        else 'known'
    end
from numbered
left join contacts
    on
        contacts.shop_id = :shop_id
        and numbered.contact_id = contacts.id
where sheet_contacts.row_number = numbered.row_number

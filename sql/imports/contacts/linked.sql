-- Rows whose number is nobody's yet, and who shares a number with them: it is the row's, which somebody further up or on
-- file has beside their own; or the row has it beside its own, and it is that of somebody further up or on file.
-- agrees: they may be the same. A number that several have beside their own tells nobody apart, another name or another
-- customer tells that they are not.
with

asked as (

    select
        sheet_contacts.row_number,
        sheet_contacts.contact_id,
        sheet_contacts.phone,
        sheet_contacts.others,
        sheet_contacts.customer_id,
        coalesce(sheet_contacts.name, customers.name) as name
    from sheet_contacts
    left join customers
        on
            customers.shop_id = :shop_id
            and sheet_contacts.customer_id = customers.id
    where sheet_contacts.state = 'new'

),

beside as (

    select
        row_number,
        contact_id,
        customer_id,
        name,
        unnest(others) as phone
    from sheet_contacts
    where others <> '{}'
    union all
    select
        0,
        id,
        customer_id,
        name,
        unnest(other_phones)
    from contacts
    where
        shop_id = :shop_id
        and other_phones <> '{}'

),

shared as (

    select phone
    from beside
    group by phone
    having count(distinct contact_id) > 1

),

called as (

    select
        row_number,
        contact_id,
        customer_id,
        name,
        phone
    from sheet_contacts
    where first_row = row_number
    union all
    select
        0,
        contacts.id,
        contacts.customer_id,
        contacts.name,
        contacts.phone
    from contacts
    inner join (select distinct phone from beside) as numbers on contacts.phone = numbers.phone
    where contacts.shop_id = :shop_id

),

links as (

    select
        asked.row_number,
        asked.contact_id,
        asked.customer_id,
        asked.name,
        asked.phone,
        beside.contact_id as known_id,
        beside.customer_id as known_customer_id,
        beside.name as known_name
    from asked
    inner join beside
        on
            asked.phone = beside.phone
            and asked.row_number > beside.row_number
            and asked.contact_id <> beside.contact_id
    union all
    select
        asked.row_number,
        asked.contact_id,
        asked.customer_id,
        asked.name,
        called.phone,
        called.contact_id,
        called.customer_id,
        called.name
    from asked
    cross join unnest(asked.others) as has (phone)
    inner join called
        on
            has.phone = called.phone
            and asked.row_number > called.row_number

)

select
    links.contact_id,
    links.known_id,
    shared.phone is null
    and names_agree(links.name, links.known_name)
    and coalesce(links.customer_id = links.known_customer_id, true) as agrees
from links
left join shared on links.phone = shared.phone
order by
    links.row_number,
    links.known_id

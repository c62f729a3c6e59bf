-- Whoever is not on file with this phone: the customer who has it beside their own, as sql/customers/with_number.sql says
-- it of one number. Of several, nobody.
with

owners as (

    select
        phone,
        customer_id,
        cast(null as text) as name
    from company_numbers
    where shop_id = :shop_id
    union all
    select
        contact_numbers.phone,
        customers.id,
        coalesce(customers.name, customers.company_name)
    from contact_numbers
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and contact_numbers.contact_id = contacts.id
    inner join customers
        on
            customers.shop_id = :shop_id
            and contacts.customer_id = customers.id
            and contact_numbers.phone is distinct from customers.phone
    where
        contact_numbers.shop_id = :shop_id
        and customers.hidden_at is null
        and names_agree(contacts.name, coalesce(customers.name, customers.company_name))

),

found as (

    select
        sheet_buyers.buyer,
        (array_agg(owners.customer_id))[1] as customer_id
    from sheet_buyers
    inner join owners on sheet_buyers.phone = owners.phone
    where
        sheet_buyers.customer_id is null
        and names_agree(sheet_buyers.name, owners.name)
    group by sheet_buyers.buyer
    having count(distinct owners.customer_id) = 1

)

update sheet_buyers
set customer_id = found.customer_id
from found
where sheet_buyers.buyer = found.buyer

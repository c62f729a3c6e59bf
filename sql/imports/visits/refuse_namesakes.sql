-- Where several people have the name that is all a row tells, nobody can say whose visit it is.
with

namesakes as (

    delete from sheet_buyers
    where
        customer_id is null
        and (
            exists (
                select 1
                from customers
                where
                    customers.shop_id = :shop_id
                    and customers.hidden_at is null
                    and name_key(coalesce(customers.name, customers.company_name)) = name_key(sheet_buyers.name)
            )
            or name_key(name) in (
                select name_key(known.name)
                from sheet_buyers as known
                where
                    known.customer_id is not null
                    and known.name is not null
            )
        )
    returning buyer

)

update sheet_rows
set
    refused_column = 'customer_name',
    refused_value = name,
    refused_reason = format('Several customers are called %s; add the phone number or the reference.', name),
    buyer = null
from namesakes
where sheet_rows.buyer = namesakes.buyer

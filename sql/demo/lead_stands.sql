-- Where the leads of a demo shop stand since: the latest of what is told of each. Who was converted is a customer.
with

given as (

    select distinct on (told.lead_id)
        told.lead_id,
        told.status,
        told.customer_id,
        told.at,
        told."on"
    from jsonb_to_recordset(cast(:rows as jsonb)) as told (
        lead_id uuid,
        status text,
        customer_id uuid,
        at timestamptz,
        "on" date
    )
    order by
        told.lead_id,
        told.at desc

)

update leads
set
    status = given.status,
    customer_id = customers.id,
    converted_at = case when given.status = 'converted' then given.at end,
    converted_on = case when given.status = 'converted' then given."on" end
from given
left join customers
    on
        customers.shop_id = :shop_id
        and given.customer_id = customers.id
where
    leads.shop_id = :shop_id
    and leads.id = given.lead_id
    and leads.status <> 'converted'

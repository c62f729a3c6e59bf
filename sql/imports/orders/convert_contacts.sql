-- Whoever bought in the orders of this import, many at once: contacts with their phones are converted, each by the first of
-- its orders. As sql/contacts/convert.sql does it for one.
with

bought as (

    select distinct on (contacts.id)
        contacts.id,
        orders.id as order_id,
        orders.ordered_at,
        orders.ordered_on,
        orders.customer_id
    from sheet_orders
    inner join orders
        on
            orders.shop_id = :shop_id
            and sheet_orders.order_id = orders.id
    inner join customers
        on
            customers.shop_id = :shop_id
            and orders.customer_id = customers.id
    inner join contact_numbers
        on
            contact_numbers.shop_id = :shop_id
            and customers.phone = contact_numbers.phone
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and contact_numbers.contact_id = contacts.id
    where
        sheet_orders.state in ('new', 'changed')
        and orders.status = 'completed'
        and not orders.is_return
        and contacts.status <> 'converted'
    order by
        contacts.id,
        orders.ordered_at,
        orders.id

)

update contacts
set
    status = 'converted',
    customer_id = bought.customer_id,
    converted_order_id = bought.order_id,
    converted_at = bought.ordered_at,
    converted_on = bought.ordered_on,
    updated_at = cast(:now as timestamptz),
    updated_by = cast(:staff_id as uuid)
from bought
where
    contacts.shop_id = :shop_id
    and contacts.id = bought.id

-- Whoever bought in the orders of this import, many at once: the contacts who they are, found by any number, are converted,
-- each by the first of its orders. As sql/contacts/convert.sql does it for one.
with

sold as (

    select
        orders.id as order_id,
        orders.ordered_at,
        orders.ordered_on,
        orders.customer_id,
        customers.phone
    from sheet_orders
    inner join orders
        on
            orders.shop_id = :shop_id
            and sheet_orders.order_id = orders.id
    inner join customers
        on
            customers.shop_id = :shop_id
            and orders.customer_id = customers.id
    where
        sheet_orders.state in ('new', 'changed')
        and orders.status = 'completed'
        and not orders.is_return

),

linked_alone as (

    select
        customer_id,
        (array_agg(id))[1] as contact_id
    from contacts
    where
        shop_id = :shop_id
        and customer_id in (select sold.customer_id from sold)
    group by customer_id
    having count(*) = 1

),

bought as (

    select distinct on (contacts.id)
        contacts.id,
        sold.order_id,
        sold.ordered_at,
        sold.ordered_on,
        sold.customer_id
    from sold
    left join contact_numbers
        on
            contact_numbers.shop_id = :shop_id
            and sold.phone = contact_numbers.phone
    left join linked_alone on sold.customer_id = linked_alone.customer_id
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and contacts.id = coalesce(contact_numbers.contact_id, linked_alone.contact_id)
    where contacts.status <> 'converted'
    order by
        contacts.id,
        sold.ordered_at,
        sold.order_id

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

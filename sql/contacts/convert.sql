-- The customer of this order bought: the contact who they are (contact_of_customer), found by any number, is converted,
-- and stays so whatever becomes of the order. Was the converting order cancelled since, this one takes its place.
with

bought as (

    select
        contacts.id,
        contacts.status as status_before,
        orders.id as order_id,
        orders.ordered_at,
        orders.ordered_on,
        orders.customer_id
    from orders
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and contacts.id = (
                select contact_of_customer(:shop_id, sale.customer_id)
                from orders as sale
                where
                    sale.shop_id = :shop_id
                    and sale.id = :order_id
            )
    where
        orders.shop_id = :shop_id
        and orders.id = :order_id
        and orders.status = 'completed'
        and not orders.is_return
        and (
            contacts.status <> 'converted'
            or exists (
                select 1
                from orders as converting
                where
                    converting.shop_id = :shop_id
                    and converting.id = contacts.converted_order_id
                    and converting.status <> 'completed'
            )
        )
    for no key update of contacts

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
returning
    contacts.id,
    bought.status_before,
    bought.customer_id

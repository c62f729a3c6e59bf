-- Contacts of a demo shop whose customer bought since the sheet came are converted by the first purchase; those who came by
-- and did not are marked so.
with

bought as (

    select distinct on (contacts.id)
        contacts.id,
        orders.id as order_id,
        orders.customer_id,
        orders.ordered_at,
        orders.ordered_on
    from contacts
    inner join customers
        on
            customers.shop_id = :shop_id
            and contacts.phone = customers.phone
    inner join orders
        on
            orders.shop_id = :shop_id
            and customers.id = orders.customer_id
    where
        contacts.shop_id = :shop_id
        and orders.status = 'completed'
        and not orders.is_return
        and orders.ordered_at > contacts.created_at
        and contacts.status <> 'converted'
    order by
        contacts.id,
        orders.ordered_at,
        orders.id

),

came as (

    select distinct on (contact_id)
        contact_id,
        happened_on
    from interactions
    where
        shop_id = :shop_id
        and contact_id is not null
        and kind = 'visit'
    order by
        contact_id,
        happened_at

)

update contacts
set
    status = case when bought.id is not null then 'converted' else 'yellow' end,
    customer_id = coalesce(bought.customer_id, contacts.customer_id),
    converted_order_id = bought.order_id,
    converted_at = bought.ordered_at,
    converted_on = bought.ordered_on,
    did_not_buy_on = came.happened_on
from contacts as candidates
left join bought on candidates.id = bought.id
left join came on candidates.id = came.contact_id
where
    contacts.shop_id = :shop_id
    and candidates.shop_id = :shop_id
    and contacts.id = candidates.id
    and (
        bought.id is not null
        or (came.contact_id is not null and contacts.status in ('pending', 'contacted'))
    )

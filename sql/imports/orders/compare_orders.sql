-- An order on file that says something else than the file has changed; what the file leaves open is no difference.
update sheet_orders
set state = 'changed'
from orders
left join customers
    on
        orders.shop_id = customers.shop_id
        and orders.customer_id = customers.id
where
    orders.shop_id = :shop_id
    and orders.id = sheet_orders.order_id
    and sheet_orders.state = 'stored'
    and (
        orders.ordered_at <> sheet_orders.ordered_at
        or orders.total <> sheet_orders.total
        or orders.quantity <> round(sheet_orders.quantity, 3)
        or orders.status <> sheet_orders.status
        or orders.payment_method is distinct from coalesce(sheet_orders.payment_method, orders.payment_method)
        or orders.rep_id is distinct from coalesce(sheet_orders.rep_id, orders.rep_id)
        or orders.source_slug is distinct from coalesce(sheet_orders.link, orders.source_slug)
        or (
            sheet_orders.buyer is not null
            and coalesce(orders.customer_phone <> sheet_orders.phone, true)
            and orders.customer_id is distinct from (
                select sheet_buyers.customer_id
                from sheet_buyers
                where sheet_buyers.buyer = sheet_orders.buyer
            )
            and coalesce(customers.external_ref <> sheet_orders.ref, true)
        )
    )

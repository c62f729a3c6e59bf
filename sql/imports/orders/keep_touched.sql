-- A changed order that a person wrote or touched here is not overwritten: the file's rows are refused.
update sheet_orders
set
    state = 'refused',
    refused_reason = format(
        'Order %s on file says something else and was written or changed by a person; change it there.', sheet_orders.number
    )
from orders
where
    orders.shop_id = :shop_id
    and orders.id = sheet_orders.order_id
    and sheet_orders.state = 'changed'
    and (
        orders.import_id is null
        or exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.subject_id = orders.id
        )
        or exists (
            select 1
            from orders as returned
            where
                returned.shop_id = :shop_id
                and returned.returns_order_id = orders.id
        )
    )

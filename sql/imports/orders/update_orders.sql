-- The changed orders say what the file says; what it leaves open stays.
update orders
set
    status = coalesce(sheet_orders.status, orders.status),
    ordered_at = sheet_orders.ordered_at,
    ordered_on = sheet_orders.ordered_on,
    customer_id = coalesce(told.customer_id, orders.customer_id),
    customer_name = coalesce(sheet_orders.name, told.name, orders.customer_name),
    customer_phone = coalesce(sheet_orders.phone, told.phone, orders.customer_phone),
    rep_id = coalesce(sheet_orders.rep_id, orders.rep_id),
    total = sheet_orders.total,
    quantity = sheet_orders.quantity,
    payment_method = coalesce(sheet_orders.payment_method, orders.payment_method),
    source_slug = coalesce(sheet_orders.link, orders.source_slug),
    updated_at = :now,
    updated_by = :staff_id
from sheet_orders
left join (
    select
        sheet_buyers.buyer,
        sheet_buyers.customer_id,
        customers.name,
        customers.phone
    from sheet_buyers
    inner join customers
        on
            customers.shop_id = :shop_id
            and sheet_buyers.customer_id = customers.id
) as told on sheet_orders.buyer = told.buyer
where
    orders.shop_id = :shop_id
    and orders.id = sheet_orders.order_id
    and sheet_orders.state = 'changed'

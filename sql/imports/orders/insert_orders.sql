-- The new orders, each with its customer as far as it names one.
insert into orders (
    shop_id, id, number, status, ordered_at, ordered_on, customer_id, customer_name, customer_phone, rep_id, total,
    quantity, payment_method, source_slug, import_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    sheet_orders.order_id,
    sheet_orders.number,
    coalesce(sheet_orders.status, 'completed'),
    sheet_orders.ordered_at,
    sheet_orders.ordered_on,
    sheet_buyers.customer_id,
    coalesce(sheet_orders.name, customers.name),
    coalesce(sheet_orders.phone, customers.phone),
    sheet_orders.rep_id,
    sheet_orders.total,
    sheet_orders.quantity,
    sheet_orders.payment_method,
    sheet_orders.link,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_orders
left join sheet_buyers on sheet_orders.buyer = sheet_buyers.buyer
left join customers
    on
        customers.shop_id = :shop_id
        and sheet_buyers.customer_id = customers.id
where sheet_orders.state = 'new'
order by sheet_orders.first_row

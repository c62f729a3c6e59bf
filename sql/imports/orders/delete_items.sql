-- The items of changed orders make room for those of the file.
delete from order_items
using sheet_orders
where
    order_items.shop_id = :shop_id
    and order_items.order_id = sheet_orders.order_id
    and sheet_orders.state = 'changed'

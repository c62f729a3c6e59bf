-- Orders of the file that are on file already get the id they have there.
update sheet_orders
set
    order_id = orders.id,
    state = 'stored'
from orders
where
    orders.shop_id = :shop_id
    and orders.number = sheet_orders.number
    and sheet_orders.state = 'new'

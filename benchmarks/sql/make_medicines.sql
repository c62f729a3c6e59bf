-- What was on the made-up bills: one of 40 medicines, always the same for a customer.
insert into order_items (
    shop_id, order_id, position, product_name, quantity, unit_price, total, medicine_days
)
select
    shop_id,
    id,
    1,
    'Medicine ' || get_byte(decode(replace(cast(customer_id as text), '-', ''), 'hex'), 0) % 40,
    1,
    120,
    120,
    30
from orders
where shop_id = :shop_id

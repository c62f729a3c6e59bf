-- Whoever had one of the changed orders, and whoever gets a new or changed one.
insert into sheet_affected (customer_id)
select orders.customer_id
from sheet_orders
inner join orders
    on
        orders.shop_id = :shop_id
        and sheet_orders.order_id = orders.id
where
    sheet_orders.state = 'changed'
    and orders.customer_id is not null
union
select sheet_buyers.customer_id
from sheet_orders
inner join sheet_buyers on sheet_orders.buyer = sheet_buyers.buyer
where sheet_orders.state in ('new', 'changed')

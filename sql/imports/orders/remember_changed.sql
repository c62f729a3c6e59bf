-- What changed orders said before, for undoing the import.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    orders.shop_id,
    :import_id,
    sheet_orders.first_row,
    'updated',
    orders.id,
    jsonb_build_object(
        'order', to_jsonb(orders),
        'items', coalesce(
            (
                select jsonb_agg(to_jsonb(order_items) order by order_items.position)
                from order_items
                where
                    order_items.shop_id = :shop_id
                    and order_items.order_id = orders.id
            ),
            '[]'
        )
    )
from sheet_orders
inner join orders
    on
        orders.shop_id = :shop_id
        and sheet_orders.order_id = orders.id
where sheet_orders.state = 'changed'

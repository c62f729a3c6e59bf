-- An order on file with other items than the file's has changed; what the file leaves open is no difference.
with

differing as (

    select sheet_items.order_id
    from sheet_items
    left join order_items
        on
            order_items.shop_id = :shop_id
            and sheet_items.order_id = order_items.order_id
            and sheet_items.position = order_items.position
    where
        sheet_items.state = 'stored'
        and (
            order_items.order_id is null
            or order_items.quantity <> round(sheet_items.quantity, 3)
            or order_items.total <> round(
                coalesce(sheet_items.line_total, coalesce(sheet_items.quantity, 1) * sheet_items.unit_price), 2
            )
            or order_items.unit_price is distinct from coalesce(round(sheet_items.unit_price, 4), order_items.unit_price)
            or order_items.sku is distinct from coalesce(sheet_items.sku, order_items.sku)
            or order_items.product_name is distinct from coalesce(sheet_items.product, order_items.product_name)
            or order_items.category is distinct from coalesce(sheet_items.category, order_items.category)
            or order_items.medicine_days is distinct from coalesce(sheet_items.medicine_days, order_items.medicine_days)
        )
    union
    select sheet_orders.order_id
    from sheet_orders
    where
        sheet_orders.state = 'stored'
        and sheet_orders.lines <> (
            select count(*)
            from order_items
            where
                order_items.shop_id = :shop_id
                and order_items.order_id = sheet_orders.order_id
        )

)

update sheet_orders
set state = 'changed'
from differing
where sheet_orders.order_id = differing.order_id

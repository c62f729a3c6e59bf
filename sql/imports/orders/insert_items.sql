-- The items of new and changed orders, one a line.
insert into order_items (
    shop_id, order_id, position, product_id, product_name, sku, category, quantity, unit_price, total, medicine_days
)
select
    :shop_id,
    sheet_items.order_id,
    sheet_items.position,
    sheet_products.product_id,
    coalesce(sheet_items.product, sheet_products.name),
    sheet_items.sku,
    sheet_items.category,
    coalesce(sheet_items.quantity, case when sheet_items.line_total < 0 then -1 else 1 end),
    sheet_items.unit_price,
    coalesce(
        sheet_items.line_total,
        coalesce(sheet_items.quantity, 1) * sheet_items.unit_price,
        case when sheet_items.lines_of_order = 1 then sheet_items.order_total else 0 end
    ),
    sheet_items.medicine_days
from sheet_items
left join sheet_products
    on
        coalesce(sheet_items.sku, sheet_items.product) = sheet_products.key
        and (sheet_items.sku is not null) = sheet_products.has_code
where sheet_items.state in ('new', 'changed')

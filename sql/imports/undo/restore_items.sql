-- Changed orders get the items back that they had before.
insert into order_items (
    shop_id, order_id, position, product_id, product_name, sku, category, quantity, unit_price, total, medicine_days
)
select
    :shop_id,
    old.order_id,
    old.position,
    products.id,
    old.product_name,
    old.sku,
    old.category,
    old.quantity,
    old.unit_price,
    old.total,
    old.medicine_days
from undo_subjects
cross join lateral jsonb_populate_recordset(cast(null as order_items), undo_subjects.before -> 'items') as old
left join products
    on
        products.shop_id = :shop_id
        and old.product_id = products.id
where
    undo_subjects.subject = 'order'
    and not undo_subjects.is_new
    and undo_subjects.kept is null

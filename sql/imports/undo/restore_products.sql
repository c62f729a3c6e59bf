-- Changed products say again what they said before.
update products
set
    sku = old.sku,
    name = old.name,
    category = old.category,
    price = old.price,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as products), undo_subjects.before -> 'product') as old
where
    products.shop_id = :shop_id
    and products.id = undo_subjects.subject_id
    and undo_subjects.subject = 'product'
    and not undo_subjects.is_new
    and undo_subjects.kept is null

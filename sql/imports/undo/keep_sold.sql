-- A product the import created stays if other orders sold it.
update undo_subjects
set kept = 'it was sold since'
from (
    select distinct product_id
    from order_items
    where
        shop_id = :shop_id
        and product_id is not null
) as sold
where
    sold.product_id = undo_subjects.subject_id
    and undo_subjects.subject = 'product'
    and undo_subjects.is_new
    and undo_subjects.kept is null

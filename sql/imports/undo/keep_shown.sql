-- A product the import created stays if it was talked about at a visit.
update undo_subjects
set kept = 'it was talked about at a visit'
where
    subject = 'product'
    and is_new
    and kept is null
    and subject_id in (
        select product_id
        from visit_products
        where shop_id = :shop_id
    )

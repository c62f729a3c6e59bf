-- A product the import created stays if it is part of a deal.
update undo_subjects
set kept = 'it is part of a deal'
where
    subject = 'product'
    and is_new
    and kept is null
    and subject_id in (
        select product_id
        from opportunity_items
        where
            shop_id = :shop_id
            and product_id is not null
    )

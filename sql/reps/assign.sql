-- Give these customers to one sales rep, or to nobody in particular.
update customers
set
    rep_id = cast(:rep_id as uuid),
    updated_at = cast(:at as timestamptz),
    updated_by = cast(:staff_id as uuid)
where
    shop_id = :shop_id
    and id = any(cast(:customer_ids as uuid[]))

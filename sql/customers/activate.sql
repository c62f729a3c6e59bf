-- Who was a lead is an active customer now. Nothing for anybody else.
update customers
set
    status = 'active',
    updated_at = :now,
    updated_by = :staff_id
where
    shop_id = :shop_id
    and id = :customer_id
    and status = 'lead'
returning id

-- Whether the shop has completed any sale or return yet.
select exists (
    select 1
    from orders
    where
        shop_id = :shop_id
        and status = 'completed'
) as has_sold

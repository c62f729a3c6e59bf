-- Whether there ever was a refill reminder in the shop.
select exists (select 1 from refill_reminders where shop_id = :shop_id) as is_used

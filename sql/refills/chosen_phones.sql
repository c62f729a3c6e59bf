-- Which number reminders go to, of those of these customers who chose one and still have it.
select
    customer_id,
    phone
from reminder_phones
where
    shop_id = :shop_id
    and customer_id = any(cast(:customer_ids as uuid []))

-- Which number refill reminders of a customer go to, where they chose one and still have it; all others get them at their
-- own number.
create view reminder_phones with (security_invoker = true) as
select
    shop_id,
    customer_id,
    phone
from refill_wishes
where
    phone is not null
    and exists (
        select 1
        from customer_numbers
        where
            customer_numbers.shop_id = refill_wishes.shop_id
            and customer_numbers.customer_id = refill_wishes.customer_id
            and customer_numbers.phone = refill_wishes.phone
    );

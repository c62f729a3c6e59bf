-- What customers.last_talk_on means: the day of the latest call, message, mail or meeting with a customer.
create view talk_truth with (security_invoker = true) as
select
    shop_id,
    customer_id,
    max(happened_on) as last_talk_on
from interactions
where customer_id is not null
group by
    shop_id,
    customer_id;

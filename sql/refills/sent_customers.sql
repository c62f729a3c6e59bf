-- Customers who were reminded and have not bought since, the last who was reminded first. Who is hidden is left out.
select
    refill_reminders.customer_id,
    max(refill_reminders.sent_at) as last_sent_at
from refill_reminders
inner join customers
    on
        refill_reminders.shop_id = customers.shop_id
        and refill_reminders.customer_id = customers.id
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.status = 'sent'
    and customers.hidden_at is null
group by refill_reminders.customer_id
order by
    last_sent_at desc,
    refill_reminders.customer_id
limit :most
offset :skipped

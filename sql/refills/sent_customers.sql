-- Customers who were reminded and have not bought since, whoever runs out first first. Who is hidden is left out.
select
    refill_reminders.customer_id,
    min(refill_reminders.runs_out_on) as first_due_on
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
    first_due_on,
    refill_reminders.customer_id
limit :most
offset :skipped

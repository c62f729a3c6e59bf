-- The refills a person reminded of on a day, the latest first.
select
    refill_reminders.id,
    refill_reminders.customer_id,
    refill_reminders.medicine,
    refill_reminders.due_on,
    refill_reminders.runs_out_on,
    refill_reminders.sent_at,
    coalesce(customers.name, customers.company_name) as customer_name,
    customers.phone
from refill_reminders
inner join customers
    on
        refill_reminders.shop_id = customers.shop_id
        and refill_reminders.customer_id = customers.id
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.sent_by = :staff_id
    and refill_reminders.sent_on = :day
    and refill_reminders.cancelled_at is null
    and customers.hidden_at is null
order by
    refill_reminders.sent_at desc,
    refill_reminders.id
limit :most

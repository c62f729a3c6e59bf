-- Medicines of which a customer is to be reminded today, or should have been before and was not.
-- As of now, whatever the period. Of customers who are hidden, or want no reminders at the moment, none count.
select count(*) as value
from refill_reminders
inner join customers
    on
        refill_reminders.shop_id = customers.shop_id
        and refill_reminders.customer_id = customers.id
left join refill_wishes
    on
        refill_reminders.shop_id = refill_wishes.shop_id
        and refill_reminders.customer_id = refill_wishes.customer_id
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.status = 'due'
    and refill_reminders.due_on < :until
    and customers.hidden_at is null
    and (
        refill_wishes.paused_on is null
        or refill_wishes.paused_until < :until
    )

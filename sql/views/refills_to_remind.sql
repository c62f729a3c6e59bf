-- Customers with something to remind them of, by the day their first open reminder is due: one row a customer, since who
-- has an earlier one belongs to its day. Who is hidden is left out; paused_on and paused_until are their wish.
create view refills_to_remind with (security_invoker = true) as
select
    refill_reminders.shop_id,
    refill_reminders.customer_id,
    refill_reminders.due_on as first_due_on,
    customers.rep_id,
    refill_wishes.paused_on,
    refill_wishes.paused_until
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
    refill_reminders.status = 'due'
    and not exists (
        select 1
        from refill_reminders as earlier
        where
            earlier.shop_id = refill_reminders.shop_id
            and earlier.customer_id = refill_reminders.customer_id
            and earlier.status = 'due'
            and (earlier.due_on, earlier.id) < (refill_reminders.due_on, refill_reminders.id)
    )
    and customers.hidden_at is null;

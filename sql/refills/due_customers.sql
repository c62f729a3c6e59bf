-- Customers who are to be reminded, by the day their first open reminder is due, between two days, both included; who has
-- an earlier one belongs to its day. Who is hidden or paused is left out. staff_id: only whom this person looks after, and
-- whom nobody does. The index hands reminders out in the order of their days, so that only the first ones are looked at.
select
    refill_reminders.customer_id,
    refill_reminders.due_on as first_due_on
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
    and refill_reminders.due_on between cast(:since as date) and cast(:until as date)
    and not exists (
        select 1
        from refill_reminders as earlier
        where
            earlier.shop_id = refill_reminders.shop_id
            and earlier.customer_id = refill_reminders.customer_id
            and earlier.status = 'due'
            and (earlier.due_on, earlier.id) < (refill_reminders.due_on, refill_reminders.id)
    )
    and customers.hidden_at is null
    and (
        cast(:staff_id as uuid) is null
        or customers.rep_id is null
        or customers.rep_id = cast(:staff_id as uuid)
    )
    and (
        refill_wishes.paused_on is null
        or refill_wishes.paused_until <= cast(:today as date)
    )
order by
    refill_reminders.due_on,
    refill_reminders.customer_id
limit :most
offset :skipped

-- Customers who are to be reminded, by the day their first open reminder is due, between two days, both included. Who is
-- paused is left out. staff_id: only whom this person looks after, and whom nobody does. The index hands reminders out in
-- the order of their days, so that only the first ones are looked at.
select
    customer_id,
    first_due_on
from refills_to_remind
where
    shop_id = :shop_id
    and first_due_on between cast(:since as date) and cast(:until as date)
    and (
        cast(:staff_id as uuid) is null
        or rep_id is null
        or rep_id = cast(:staff_id as uuid)
    )
    and (
        paused_on is null
        or paused_until <= cast(:today as date)
    )
order by
    first_due_on,
    customer_id
limit :most
offset :skipped

-- How many customers each part of the list of refills has, each of them in the part of what is due first.
with

open_reminders as (

    select
        refill_reminders.customer_id,
        refill_reminders.status,
        min(refill_reminders.due_on) as first_due_on
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
        and customers.hidden_at is null
        and (
            refill_reminders.status = 'sent'
            or (
                refill_reminders.status = 'due'
                and refill_reminders.due_on <= cast(:until as date)
                and (
                    refill_wishes.paused_on is null
                    or refill_wishes.paused_until <= cast(:today as date)
                )
            )
        )
    group by
        refill_reminders.customer_id,
        refill_reminders.status

)

select
    count(*) filter (where status = 'due' and first_due_on < cast(:today as date)) as overdue,
    count(*) filter (where status = 'due' and first_due_on = cast(:today as date)) as today,
    count(*) filter (where status = 'due' and first_due_on > cast(:today as date)) as coming,
    count(*) filter (where status = 'sent') as sent
from open_reminders

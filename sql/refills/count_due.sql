-- How many customers are to be reminded between two days, as sql/refills/due_customers.sql lists them, up to so many.
with

counted as (

    select 1
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
    limit :most

)

select count(*) as found from counted

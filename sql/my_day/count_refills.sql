-- How many customers are to be reminded between two days, as sql/refills/due_customers.sql lists them, up to so many. Who is hidden or paused is left out. staff_id: only whom this person looks after, and
-- whom nobody does.
with

due as (

    select
        refill_reminders.customer_id,
        min(refill_reminders.due_on) as first_due_on
    from refill_reminders
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
                and earlier.due_on < cast(:since as date)
        )
    group by refill_reminders.customer_id

),

counted as (

    select 1
    from due
    inner join customers
        on
            customers.shop_id = :shop_id
            and due.customer_id = customers.id
    left join refill_wishes
        on
            refill_wishes.shop_id = :shop_id
            and due.customer_id = refill_wishes.customer_id
    where
        customers.hidden_at is null
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

-- Of the days since a customer first bought a medicine in the period, the share on which they had it at hand.
-- Counted for each medicine of each customer who bought it on two days or more of the period, up to its last day or today:
-- the proportion of days covered (PDC) of the Pharmacy Quality Alliance. What was bought early is used after what was left
-- (early refills shifted forward), so no day counts twice.
-- A reminder says what a bill sold of a medicine and for how many days, whatever became of it since (`regulars doctor`
-- compares them with the bills): no bills are read. In which order several bills of a day are used changes no sum.
with

purchases as (

    select
        refill_reminders.customer_id,
        refill_reminders.medicine_key,
        refill_reminders.purchased_on,
        refill_reminders.days,
        sum(refill_reminders.days) over (
            partition by refill_reminders.customer_id, refill_reminders.medicine_key
            order by refill_reminders.purchased_on
            rows unbounded preceding
        ) as days_so_far
    from refill_reminders
    inner join customers
        on
            refill_reminders.shop_id = customers.shop_id
            and refill_reminders.customer_id = customers.id
    where
        refill_reminders.shop_id = :shop_id
        and refill_reminders.purchased_on >= :since
        and refill_reminders.purchased_on < :until
        and refill_reminders.cancelled_at is null
        and customers.hidden_at is null

),

-- used up on: the latest of every purchase's day plus all that was bought from it on
used as (

    select
        min(purchased_on) as first_on,
        cast(sum(days) as integer) as days,
        max(purchased_on - cast(days_so_far - days as integer)) + cast(sum(days) as integer) as used_up_on
    from purchases
    group by
        customer_id,
        medicine_key
    having min(purchased_on) < max(purchased_on)

),

-- the day after the last one that is looked at: the period's, but no day to come. What is left then covers none.
measured as (

    select
        days - greatest(used_up_on - least(:until, cast(:tomorrow as date)), 0) as covered,
        least(:until, cast(:tomorrow as date)) - first_on as days
    from used

)

select
    coalesce(sum(covered), 0) as part,
    coalesce(sum(days), 0) as whole
from measured

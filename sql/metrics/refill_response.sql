-- Of the refills that were due in the period, the share that was bought again; beside it how many customers were reminded
-- of, how many of them answered, and how many were lost. Refills whose bill was taken back, and those of customers who are
-- hidden, don't count.
with

due as (

    select
        refill_reminders.status,
        refill_reminders.sent_at,
        refill_reminders.response
    from refill_reminders
    inner join customers
        on
            refill_reminders.shop_id = customers.shop_id
            and refill_reminders.customer_id = customers.id
    where
        refill_reminders.shop_id = :shop_id
        and refill_reminders.due_on >= :since
        and refill_reminders.due_on < :until
        and refill_reminders.status <> 'cancelled'
        and customers.hidden_at is null

),

all_counts as (

    select
        count(*) as due,
        count(sent_at) as reminded,
        count(response) as answered,
        count(*) filter (where status = 'refilled') as refilled,
        count(*) filter (where status = 'lost') as lost
    from due

)

select
    refilled as part,
    due as whole,
    json_build_array(row_to_json(all_counts)) as rows
from all_counts

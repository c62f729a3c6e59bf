-- Make the reminders of these customers what their bills say (refill_truth), and keep what people did with them.
-- One whose bill is gone goes too, unless somebody was reminded by it: then it is cancelled.
-- What ran out longer ago than the shop waits for (rules.py) is lost when it is first seen: nobody is reminded of it.
with

lost as (

    select
        cast(:today as date) - coalesce(
            (
                select cast(value ->> 'lost_after_days' as integer)
                from shop_settings
                where
                    shop_id = :shop_id
                    and key = 'refills'
            ),
            cast(:usually_lost_after as integer)
        ) as before

),

truth as (

    select *
    from refill_truth
    where
        shop_id = :shop_id
        and customer_id = any(cast(:customer_ids as uuid []))

),

gone as (

    delete from refill_reminders
    where
        shop_id = :shop_id
        and customer_id = any(cast(:customer_ids as uuid []))
        and sent_at is null
        and response is null
        and message_id is null
        and not exists (
            select 1
            from truth
            where
                truth.order_id = refill_reminders.order_id
                and truth.medicine_key = refill_reminders.medicine_key
        )

),

cancelled as (

    update refill_reminders
    set
        cancelled_at = :now,
        refilled_by_order_id = null,
        refilled_on = null,
        updated_at = :now
    where
        shop_id = :shop_id
        and customer_id = any(cast(:customer_ids as uuid []))
        and cancelled_at is null
        and not (sent_at is null and response is null and message_id is null)
        and not exists (
            select 1
            from truth
            where
                truth.order_id = refill_reminders.order_id
                and truth.medicine_key = refill_reminders.medicine_key
        )

)

insert into refill_reminders (
    shop_id,
    id,
    customer_id,
    order_id,
    product_id,
    medicine,
    medicine_key,
    purchased_on,
    days,
    runs_out_on,
    due_on,
    refilled_by_order_id,
    refilled_on,
    closed_as,
    closed_at,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    truth.shop_id,
    cast(cast(:id_start as text) || lpad(to_hex(row_number() over (order by truth.purchased_on, truth.order_id)), 8, '0') as uuid),
    truth.customer_id,
    truth.order_id,
    truth.product_id,
    truth.medicine,
    truth.medicine_key,
    truth.purchased_on,
    truth.days,
    truth.runs_out_on,
    truth.due_on,
    truth.refilled_by_order_id,
    truth.refilled_on,
    case when truth.refilled_by_order_id is null and truth.runs_out_on < lost.before then 'lost' end,
    case when truth.refilled_by_order_id is null and truth.runs_out_on < lost.before then cast(:now as timestamptz) end,
    :now,
    cast(:staff_id as uuid),
    :now,
    cast(:staff_id as uuid)
from truth
cross join lost
on conflict (shop_id, order_id, medicine_key) do update
set
    customer_id = excluded.customer_id,
    product_id = excluded.product_id,
    medicine = excluded.medicine,
    purchased_on = excluded.purchased_on,
    days = excluded.days,
    runs_out_on = excluded.runs_out_on,
    -- what is over keeps the day it had, unless the bill itself says otherwise
    due_on = case
        when
            (
                refill_reminders.sent_at is null
                and refill_reminders.closed_as is null
                and excluded.refilled_by_order_id is null
            )
            or refill_reminders.purchased_on <> excluded.purchased_on
            or refill_reminders.days <> excluded.days
            then excluded.due_on
        else refill_reminders.due_on
    end,
    refilled_by_order_id = excluded.refilled_by_order_id,
    refilled_on = excluded.refilled_on,
    cancelled_at = null,
    updated_at = excluded.updated_at,
    updated_by = excluded.updated_by
where
    (
        refill_reminders.customer_id,
        refill_reminders.product_id,
        refill_reminders.medicine,
        refill_reminders.purchased_on,
        refill_reminders.days,
        refill_reminders.due_on,
        refill_reminders.refilled_by_order_id,
        refill_reminders.refilled_on,
        refill_reminders.cancelled_at
    ) is distinct from (
        excluded.customer_id,
        excluded.product_id,
        excluded.medicine,
        excluded.purchased_on,
        excluded.days,
        excluded.due_on,
        excluded.refilled_by_order_id,
        excluded.refilled_on,
        cast(null as timestamptz)
    )

-- Remind most of those who were due in a demo shop between two days, each on the morning it was due; some answered. Of the
-- last four days some are left, so that there is something to do. Everything follows from who it is and which day it was.
with

chances as (

    select
        refill_reminders.id,
        refill_reminders.due_on,
        get_byte(decode(md5(refill_reminders.customer_id || ' ' || refill_reminders.due_on), 'hex'), 0) as of_sending,
        get_byte(decode(md5(refill_reminders.customer_id || ' ' || refill_reminders.due_on), 'hex'), 1) as of_answering,
        get_byte(decode(md5(refill_reminders.customer_id || ' ' || refill_reminders.due_on), 'hex'), 2) as of_whom
    from refill_reminders
    where
        refill_reminders.shop_id = :shop_id
        and refill_reminders.status in ('due', 'refilled')
        and refill_reminders.sent_at is null
        and refill_reminders.due_on > cast(:since as date)
        and refill_reminders.due_on < cast(:today as date)
        and refill_reminders.due_on <= coalesce(refill_reminders.refilled_on, cast(:today as date))

)

update refill_reminders
set
    sent_channel = case when chances.of_sending % 3 = 0 then 'call' else 'whatsapp' end,
    sent_at = (
        cast(chances.due_on as timestamp)
        + make_interval(hours => 10, mins => cast(chances.of_answering as integer))
    ) at time zone :timezone,
    sent_on = chances.due_on,
    sent_by = (cast(:team as uuid []))[3 + chances.of_whom % 3],
    response = case
        when chances.of_answering % 4 = 0 then (cast(:answers as text []))[1 + chances.of_whom % 6]
    end,
    response_at = case
        when chances.of_answering % 4 = 0
            then (cast(chances.due_on as timestamp) + make_interval(hours => 15)) at time zone :timezone
    end
from chances
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.id = chances.id
    and (
        chances.due_on < cast(:today as date) - 4
        or chances.of_sending % 3 = 1
    )

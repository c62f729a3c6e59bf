-- Take the next message that is due on one of these channels, for one worker alone; another one skips it.
with

due as (

    select id
    from messages
    where
        shop_id = :shop_id
        and status = 'queued'
        and next_try_at <= :now
        and channel = any(cast(:channels as text []))
    order by
        next_try_at,
        id
    limit 1
    for update skip locked

)

update messages
set
    status = 'sending',
    claim = :claim,
    claimed_at = :now,
    attempts = messages.attempts + 1,
    updated_at = :now
from due
where
    messages.shop_id = :shop_id
    and messages.id = due.id
returning
    messages.id,
    messages.customer_id,
    messages.channel,
    messages.purpose,
    messages.way,
    messages.template_name,
    messages.language,
    messages.address,
    messages.subject,
    messages.body,
    messages.parameters,
    messages.status,
    messages.attempts

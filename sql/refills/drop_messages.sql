-- Messages to these customers that nobody sent yet, and that remind of nothing any more, or that the customer wants no more,
-- being paused or rather called: they are dropped.
update messages
set
    status = 'cancelled',
    error = 'Needless by now: reminded another way, bought, paused, or the bill was taken back.',
    next_try_at = null,
    updated_at = :now
where
    shop_id = :shop_id
    and customer_id = any(cast(:customer_ids as uuid []))
    and purpose = 'refill'
    and status in ('prepared', 'queued')
    and exists (
        select 1
        from refill_reminders
        where
            refill_reminders.shop_id = messages.shop_id
            and refill_reminders.message_id = messages.id
    )
    and (
        not exists (
            select 1
            from refill_reminders
            where
                refill_reminders.shop_id = messages.shop_id
                and refill_reminders.message_id = messages.id
                and refill_reminders.status = 'due'
        )
        or exists (
            select 1
            from refill_wishes
            where
                refill_wishes.shop_id = messages.shop_id
                and refill_wishes.customer_id = messages.customer_id
                and (
                    refill_wishes.channel = 'call'
                    or (
                        refill_wishes.paused_on is not null
                        and (
                            refill_wishes.paused_until is null
                            or refill_wishes.paused_until > cast(:today as date)
                        )
                    )
                )
        )
    )

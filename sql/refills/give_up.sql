-- Open reminders of what ran out before lost_before are lost: nobody came for it.
update refill_reminders
set
    closed_as = 'lost',
    closed_at = :now,
    updated_at = :now
where
    shop_id = :shop_id
    and status in ('due', 'sent')
    and runs_out_on < cast(:lost_before as date)

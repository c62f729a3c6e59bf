-- Which message reminds of each of these reminders.
update refill_reminders
set message_id = carried.message_id
from unnest(cast(:reminder_ids as uuid []), cast(:message_ids as uuid [])) as carried (reminder_id, message_id)
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.id = carried.reminder_id
    and refill_reminders.message_id is null

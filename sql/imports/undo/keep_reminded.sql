-- An order stays if its customer was reminded to refill what was on it, or answered.
update undo_subjects
set kept = 'the customer was reminded of this bill'
from refill_reminders
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.order_id = undo_subjects.subject_id
    and undo_subjects.subject = 'order'
    and undo_subjects.kept is null
    and (
        refill_reminders.sent_at is not null
        or refill_reminders.response is not null
    )

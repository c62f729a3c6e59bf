-- Contacts of customers that go are nobody's customer again.
update contacts
set customer_id = null
from undo_subjects
where
    contacts.shop_id = :shop_id
    and contacts.customer_id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and undo_subjects.is_new
    and undo_subjects.kept is null

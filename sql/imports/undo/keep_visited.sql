-- A visit stays when something was noted on it since: a follow-up, a review, a file.
update undo_subjects
set kept = 'something was noted on it since'
from (
    select visit_id from follow_ups where shop_id = :shop_id
    union
    select answered_by_visit from follow_ups where shop_id = :shop_id
    union
    select visit_id from reviews where shop_id = :shop_id
    union
    select visit_id from attachments where shop_id = :shop_id
) as noted
where
    noted.visit_id = undo_subjects.subject_id
    and undo_subjects.subject = 'visit'
    and undo_subjects.kept is null

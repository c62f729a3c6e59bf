-- The opportunities that go or change back: their sums follow.
select subject_id
from undo_subjects
where
    subject = 'opportunity'
    and kept is null

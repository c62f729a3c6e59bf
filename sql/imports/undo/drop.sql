-- Take the staging tables away, so that the same transaction can undo another import.
drop table if exists undo_subjects, undo_customers, sheet_words cascade

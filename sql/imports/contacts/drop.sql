-- Take the staging tables away, so that the same transaction can import another file.
drop table if exists sheet_rows, sheet_contacts, sheet_same, sheet_refused, sheet_cells cascade

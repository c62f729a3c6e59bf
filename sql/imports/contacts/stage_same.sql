-- Which of the contacts the sheet would bring are others: contact_id is who the row seemed to be, same_as who it is.
create temporary table sheet_same (
    contact_id uuid not null,
    same_as uuid not null
) on commit drop

-- Which rows are refused: the field and value at fault, and why.
create temporary table sheet_refused (
    row_number integer not null,
    field text,
    value text,
    reason text not null
) on commit drop

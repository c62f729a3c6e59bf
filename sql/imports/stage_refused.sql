-- Refused rows with their cells.
create temporary table sheet_refused (
    row_number integer not null,
    column_name text,
    value text,
    reason text not null,
    cells jsonb not null
) on commit drop

-- The cells of refused rows as they were read.
create temporary table sheet_cells (
    row_number integer not null,
    cells text not null
) on commit drop

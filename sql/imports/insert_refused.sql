-- Keep what was refused and why, with the cells. headers says what the file calls a field.
insert into import_rows (shop_id, import_id, row_number, outcome, column_name, value, reason, cells)
select
    :shop_id,
    :import_id,
    sheet_refused.row_number,
    'rejected',
    coalesce(cast(:headers as jsonb) ->> sheet_refused.field, sheet_refused.field),
    sheet_refused.value,
    sheet_refused.reason,
    cast(sheet_cells.cells as jsonb)
from sheet_refused
inner join sheet_cells on sheet_refused.row_number = sheet_cells.row_number

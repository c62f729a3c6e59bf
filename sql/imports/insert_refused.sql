-- Keep what was refused and why.
insert into import_rows (shop_id, import_id, row_number, outcome, column_name, value, reason, cells)
select
    :shop_id,
    :import_id,
    row_number,
    'rejected',
    column_name,
    value,
    reason,
    cells
from sheet_refused

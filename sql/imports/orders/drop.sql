-- Take the staging tables away, so that the same transaction can import another file.
drop table if exists sheet_lines, sheet_orders, sheet_buyers, sheet_products, sheet_affected, sheet_refused, sheet_cells cascade

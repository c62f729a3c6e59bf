-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_rows.sku,
    sheet_rows.name,
    sheet_rows.category,
    cast(sheet_rows.price as text) as price
from sheet_rows
left join sheet_products on sheet_rows.row_number = sheet_products.row_number
where
    sheet_rows.refused_reason is null
    and sheet_products.refused_reason is null
order by sheet_rows.row_number
limit 10

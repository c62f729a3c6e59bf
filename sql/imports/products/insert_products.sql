-- The products that are not on the catalogue yet.
insert into products (
    shop_id, id, sku, name, category, price, import_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    sheet_products.product_id,
    sheet_rows.sku,
    coalesce(sheet_rows.name, sheet_rows.sku),
    sheet_rows.category,
    sheet_rows.price,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_rows
inner join sheet_products on sheet_rows.row_number = sheet_products.row_number
where sheet_products.state = 'new'
order by sheet_rows.row_number

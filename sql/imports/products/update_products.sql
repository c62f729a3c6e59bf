-- Changed products say what the file says; an empty cell erases nothing.
update products
set
    sku = coalesce(products.sku, sheet_rows.sku),
    name = coalesce(sheet_rows.name, products.name),
    category = coalesce(sheet_rows.category, products.category),
    price = coalesce(sheet_rows.price, products.price),
    updated_at = :now,
    updated_by = :staff_id
from sheet_rows
inner join sheet_products on sheet_rows.row_number = sheet_products.row_number
where
    products.shop_id = :shop_id
    and products.id = sheet_products.product_id
    and sheet_products.state = 'changed'

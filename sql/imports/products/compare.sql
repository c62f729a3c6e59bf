-- Products of which the file says something else have changed; an empty cell is no difference.
update sheet_products
set state = 'changed'
from sheet_rows
inner join products on products.shop_id = :shop_id
where
    sheet_products.row_number = sheet_rows.row_number
    and sheet_products.product_id = products.id
    and sheet_products.state = 'known'
    and (
        products.sku is distinct from coalesce(sheet_rows.sku, products.sku)
        or products.name <> coalesce(sheet_rows.name, products.name)
        or products.category is distinct from coalesce(sheet_rows.category, products.category)
        or products.price is distinct from coalesce(round(sheet_rows.price, 2), products.price)
    )

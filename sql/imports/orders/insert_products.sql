-- Products that are not on the catalogue yet.
insert into products (
    shop_id, id, sku, name, category, import_id, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    product_id,
    case when has_code then key end,
    name,
    category,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_products
where is_new

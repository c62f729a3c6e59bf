-- What the catalogue said before, for undoing the import.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    :shop_id,
    :import_id,
    sheet_products.row_number,
    'updated',
    products.id,
    jsonb_build_object('product', to_jsonb(products))
from sheet_products
inner join products
    on
        products.shop_id = :shop_id
        and sheet_products.product_id = products.id
where sheet_products.state = 'changed'

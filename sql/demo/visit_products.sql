-- What was looked at at visits to a demo shop, by its code in the catalogue.
insert into visit_products (shop_id, visit_id, product_id, product_name)
select
    :shop_id,
    visits.id,
    products.id,
    products.name
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    visit_id uuid,
    sku text
)
inner join visits
    on
        visits.shop_id = :shop_id
        and given.visit_id = visits.id
inner join products
    on
        products.shop_id = :shop_id
        and given.sku = products.sku
on conflict do nothing

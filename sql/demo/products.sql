-- Put the catalogue of a demo shop on file.
insert into products (shop_id, id, sku, name, category, price)
select
    :shop_id,
    id,
    sku,
    name,
    category,
    price
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    sku text,
    name text,
    category text,
    price numeric
)
on conflict do nothing

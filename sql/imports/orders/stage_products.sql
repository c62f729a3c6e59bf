-- Everything the file sells: one row a product code, or a name where there is no code, and which product that is here.
create temporary table sheet_products (
    product_key text collate "C" primary key,
    product_id uuid not null,
    sku text,
    name text not null,
    category text,
    is_new boolean not null
) on commit drop

-- Everything the file sells, by its code or, where there is none, by its name as it is spelt; and which product that is
-- here. A new one comes on the catalogue by its first spelling.
create temporary table sheet_products (
    key text collate "C" not null,
    has_code boolean not null,
    product_id uuid not null,
    name text not null,
    category text,
    is_new boolean not null,
    primary key (key, has_code)
) on commit drop

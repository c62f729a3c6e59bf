-- The rows of a products file as cleaned; refused_ says what can't be used in a row and why. product_id, written: the product
-- that a row spells otherwise, and how.
create temporary table sheet_rows (
    row_number integer not null,
    sku text collate "C",
    name text,
    category text,
    price numeric,
    product_id uuid,
    written text,
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

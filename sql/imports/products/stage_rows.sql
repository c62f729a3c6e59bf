-- The rows of a products file as cleaned; refused_ says what can't be used in a row and why.
create temporary table sheet_rows (
    row_number integer not null,
    sku text collate "C",
    name text,
    category text,
    price numeric,
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

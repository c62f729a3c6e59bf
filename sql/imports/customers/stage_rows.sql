-- The rows of a customers file as cleaned; refused_ says what can't be used in a row and why.
create temporary table sheet_rows (
    row_number integer not null,
    phone text collate "C",
    phone_typed text,
    ref text collate "C",
    name text,
    email text collate "C",
    birth_day smallint,
    birth_month smallint,
    birth_year smallint,
    address text,
    city text,
    category text,
    source text,
    tags text,
    notes text,
    rep_id uuid,
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

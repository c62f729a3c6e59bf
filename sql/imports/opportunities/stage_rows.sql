-- The rows of a file of opportunities as cleaned; refused_ says what can't be used in a row and why.
create temporary table sheet_rows (
    row_number integer not null,
    ref text collate "C",
    name text,
    customer text,
    value numeric,
    probability numeric,
    stage text,
    rep text,
    product text,
    source text,
    created_at timestamptz,
    created_on date,
    closed_at timestamptz,
    closed_on date,
    expected_close_at timestamptz,
    expected_close_on date,
    reason text,
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

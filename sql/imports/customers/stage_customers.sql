-- What becomes of each row: state is new, same, changed or refused.
create temporary table sheet_customers (
    row_number integer primary key,
    customer_id uuid not null,
    state text not null,
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

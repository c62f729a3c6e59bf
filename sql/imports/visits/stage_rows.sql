-- The rows of a visits file as cleaned; `buyer` leads to sheet_buyers, refused_ says what can't be used in a row and why.
create temporary table sheet_rows (
    row_number integer not null,
    visited_at timestamptz,
    visited_on date,
    phone text collate "C",
    phone_typed text,
    ref text collate "C",
    name text,
    rep_id uuid,
    visit_type text,
    purpose text,
    interest text,
    outcome text,
    estimated_value numeric,
    notes text,
    buyer text collate "C",
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

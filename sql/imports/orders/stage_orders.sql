-- The orders of the file: one row an order, made from its lines. `buyer` leads to sheet_buyers.
-- state is new, stored (on file, not yet compared), same, changed or refused.
create temporary table sheet_orders (
    first_row integer not null,
    order_number text collate "C",
    lines integer not null,
    in_one_block boolean not null default true,
    order_id uuid not null,
    number text collate "C",
    ordered_at timestamptz,
    ordered_on date,
    phone text collate "C",
    phone_typed text,
    ref text collate "C",
    name text,
    email text collate "C",
    status text,
    payment_method text,
    rep_id uuid,
    link text,
    total numeric,
    quantity numeric,
    buyer text collate "C",
    state text not null default 'new',
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

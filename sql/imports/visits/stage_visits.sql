-- The visits of the file: one a customer and day, made from its rows. state is new, stored (on file, not yet compared),
-- same, changed or refused.
create temporary table sheet_visits (
    customer_id uuid not null,
    visited_on date not null,
    first_row integer not null,
    rows integer not null,
    visit_id uuid not null,
    visited_at timestamptz not null,
    rep_id uuid,
    visit_type text,
    purpose text,
    interest text,
    outcome text,
    estimated_value numeric,
    notes text,
    state text not null default 'new',
    refused_reason text,
    primary key (customer_id, visited_on)
) on commit drop

-- Customers whose counters undoing changes.
create temporary table undo_customers (
    customer_id uuid primary key
) on commit drop

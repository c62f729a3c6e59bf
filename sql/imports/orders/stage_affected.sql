-- Customers whose counters the import changes: those who get, keep or lose one of its orders.
create temporary table sheet_affected (
    customer_id uuid primary key
) on commit drop

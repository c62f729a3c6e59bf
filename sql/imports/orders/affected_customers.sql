-- Customers who got, kept or lost an order: their refill reminders follow.
select customer_id from sheet_affected

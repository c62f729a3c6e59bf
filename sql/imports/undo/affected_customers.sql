-- Customers of the orders that went or changed back: their refill reminders follow.
select customer_id from undo_customers

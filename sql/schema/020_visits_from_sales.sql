-- Visits that nobody recorded: a sale of that day says that the customer was there (`regulars backfill`).

alter table visits add column from_sales boolean not null default false;

-- Which of a customer's numbers refill reminders go to; without one, the customer's own. One that is theirs no longer
-- stays here and counts for nothing: sql/views/reminder_phones.sql.
alter table refill_wishes add column phone text collate "C";

alter table refill_wishes add constraint refill_wishes_phone_form check (phone ~ '^\+[0-9]{6,15}$');

-- Who is written to at a number that is not their own: for what comes back from it.
create index refill_wishes_phone on refill_wishes (shop_id, phone) where phone is not null;

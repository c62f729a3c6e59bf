-- Counters of visits, defined by sql/views/truth.sql as those of orders are: per customer, per day of the shop, and per
-- day of who handled them.

alter table customers
add column visit_count integer not null default 0,
add column first_visit_on date,
add column second_visit_on date,
add column last_visit_on date;

alter table shop_days
add column visits integer not null default 0,
add column visitors integer not null default 0,
add column revisitors integer not null default 0,
add column became_revisitor integer not null default 0;

alter table rep_days
add column visits integer not null default 0;

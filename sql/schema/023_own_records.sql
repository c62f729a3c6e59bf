-- Whether staff see their own customers only: those they look after, and those nobody looks after.

alter table shops add column own_records_only boolean not null default false;

-- Those of a rep, those of nobody, and both together are each read from it.
drop index customers_rep;

create index customers_rep on customers (shop_id, rep_id);

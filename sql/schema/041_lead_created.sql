-- The list of leads begins with the newest: one end of this index, however many there are.
create index leads_created on leads (shop_id, created_on, id);

-- The list of leads by name, company and source begins at one end of an index, however many there are.
-- Half of each page stays free, so that a new score, which stands in no index, finds room beside the old one.

alter table leads set (fillfactor = 50);

create index leads_named on leads (shop_id, lower(coalesce(name, company)), id);

create index leads_by_company on leads (shop_id, lower(company), id);

create index leads_by_source on leads (shop_id, lower(source), id);

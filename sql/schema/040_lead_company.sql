-- Leads are found by their company under a row policy: a stored column serves, an expression does not.
alter table leads add column company_key text collate "C" generated always as (lower(company)) stored;

create index leads_company_key on leads (shop_id, company_key) where company_key is not null;

drop index leads_company;

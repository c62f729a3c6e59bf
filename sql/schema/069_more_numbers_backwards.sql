-- Customers are found by the last digits of the numbers they have as contacts, too. Whoever is no customer yet has none
-- here, and costs nothing: these columns and their indexes are filled when a contact becomes a customer.
-- Below a policy only a stored column can be compared with a range by an index, no expression that turns a number round.
alter table contacts
    add column called_reversed text collate "C"
        generated always as (case when customer_id is not null then reverse(phone) end) stored,
    add column second_reversed text collate "C"
        generated always as (case when customer_id is not null then reverse(other_phones[1]) end) stored,
    add column third_reversed text collate "C"
        generated always as (case when customer_id is not null then reverse(other_phones[2]) end) stored;

create index contacts_called_reversed on contacts (shop_id, called_reversed) where called_reversed is not null;

create index contacts_second_reversed on contacts (shop_id, second_reversed) where second_reversed is not null;

create index contacts_third_reversed on contacts (shop_id, third_reversed) where third_reversed is not null;

-- Contacts whose sheet gave more than one number, so that somebody is found by the others without reading all contacts.
create index contacts_more_numbers on contacts (shop_id, id) where other_phones <> '{}';

-- Contacts whose sheet gave more than one number, so that somebody is found by the others without reading all contacts.
-- No index of whole arrays can be used under a policy; equality of one number can.
create index contacts_second_number on contacts (shop_id, (other_phones[1])) where other_phones[1] is not null;
create index contacts_third_number on contacts (shop_id, (other_phones[2])) where other_phones[2] is not null;
create index contacts_more_numbers on contacts (shop_id, id) where other_phones[3] is not null;

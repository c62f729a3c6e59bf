-- Foreign keys of contacts, one statement each.

alter table contacts add constraint contacts_shop foreign key (shop_id) references shops (id);

alter table contacts add constraint contacts_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table contacts add constraint contacts_order
    foreign key (shop_id, converted_order_id) references orders (shop_id, id);

alter table contacts add constraint contacts_assignee
    foreign key (shop_id, assigned_to) references memberships (shop_id, staff_id);

alter table interactions add constraint interactions_contact
    foreign key (shop_id, contact_id) references contacts (shop_id, id);

alter table follow_ups add constraint follow_ups_contact
    foreign key (shop_id, contact_id) references contacts (shop_id, id);

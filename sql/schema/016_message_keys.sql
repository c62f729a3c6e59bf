-- Foreign keys of messages, one statement each. A reply's message and a message's template may be gone: no key.

alter table consents add constraint consents_shop foreign key (shop_id) references shops (id);

alter table message_templates add constraint message_templates_shop foreign key (shop_id) references shops (id);

alter table message_providers add constraint message_providers_shop foreign key (shop_id) references shops (id);

alter table messages add constraint messages_shop foreign key (shop_id) references shops (id);

alter table message_receipts add constraint message_receipts_shop foreign key (shop_id) references shops (id);

alter table message_replies add constraint message_replies_shop foreign key (shop_id) references shops (id);

alter table mornings add constraint mornings_shop foreign key (shop_id) references shops (id);

alter table consents add constraint consents_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table messages add constraint messages_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table message_replies add constraint message_replies_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

-- Foreign keys of refill reminders and medical data, one statement each. A reminder goes with its bill.

alter table refill_reminders add constraint refill_reminders_shop foreign key (shop_id) references shops (id);

alter table refill_wishes add constraint refill_wishes_shop foreign key (shop_id) references shops (id);

alter table medical_profiles add constraint medical_profiles_shop foreign key (shop_id) references shops (id);

alter table refill_reminders add constraint refill_reminders_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table refill_wishes add constraint refill_wishes_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table medical_profiles add constraint medical_profiles_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table refill_reminders add constraint refill_reminders_order
    foreign key (shop_id, order_id) references orders (shop_id, id) on delete cascade;

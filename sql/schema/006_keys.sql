-- Foreign keys, apart from the tables and one statement each, so that a cluster sharded by shop can take them.
-- order_items has none on purpose: looking up order and product again for each line took two thirds of the time of a
-- large import. Items are written in the transaction of their order, joined to it; `regulars doctor` looks for strays.

alter table memberships add constraint memberships_shop foreign key (shop_id) references shops (id);

alter table memberships add constraint memberships_staff foreign key (staff_id) references staff (id);

alter table shop_settings add constraint shop_settings_shop foreign key (shop_id) references shops (id);

alter table customers add constraint customers_shop foreign key (shop_id) references shops (id);

alter table customers add constraint customers_rep
    foreign key (shop_id, rep_id) references memberships (shop_id, staff_id);

alter table customer_words add constraint customer_words_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id) on delete cascade;

alter table tags add constraint tags_shop foreign key (shop_id) references shops (id);

alter table taggings add constraint taggings_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id) on delete cascade;

alter table taggings add constraint taggings_tag
    foreign key (shop_id, tag_id) references tags (shop_id, id) on delete cascade;

alter table custom_fields add constraint custom_fields_shop foreign key (shop_id) references shops (id);

alter table products add constraint products_shop foreign key (shop_id) references shops (id);

alter table orders add constraint orders_shop foreign key (shop_id) references shops (id);

alter table orders add constraint orders_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table orders add constraint orders_rep
    foreign key (shop_id, rep_id) references memberships (shop_id, staff_id);

alter table orders add constraint orders_returns
    foreign key (shop_id, returns_order_id) references orders (shop_id, id);

alter table shop_days add constraint shop_days_shop foreign key (shop_id) references shops (id);

alter table rep_days add constraint rep_days_rep
    foreign key (shop_id, rep_id) references memberships (shop_id, staff_id);

alter table cohort_months add constraint cohort_months_shop foreign key (shop_id) references shops (id);

alter table activities add constraint activities_shop foreign key (shop_id) references shops (id);

alter table activity_chain add constraint activity_chain_shop foreign key (shop_id) references shops (id);

alter table imports add constraint imports_shop foreign key (shop_id) references shops (id);

alter table import_rows add constraint import_rows_import
    foreign key (shop_id, import_id) references imports (shop_id, id) on delete cascade;

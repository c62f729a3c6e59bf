-- Foreign keys of the sums of recency, apart from the table.

alter table recency_days add constraint recency_days_shop foreign key (shop_id) references shops (id);

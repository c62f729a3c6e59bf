-- Foreign keys of the pipeline's sums, one statement each.

alter table open_deals add constraint open_deals_shop foreign key (shop_id) references shops (id);

alter table standing_deals add constraint standing_deals_shop foreign key (shop_id) references shops (id);

alter table closed_deals add constraint closed_deals_shop foreign key (shop_id) references shops (id);

alter table closed_reasons add constraint closed_reasons_shop foreign key (shop_id) references shops (id);

alter table stage_days add constraint stage_days_shop foreign key (shop_id) references shops (id);

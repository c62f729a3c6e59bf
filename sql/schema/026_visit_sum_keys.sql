-- Foreign keys of the sums of visits, one statement each.

alter table visit_hours add constraint visit_hours_shop foreign key (shop_id) references shops (id);

alter table visitor_days add constraint visitor_days_shop foreign key (shop_id) references shops (id);


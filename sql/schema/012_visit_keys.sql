-- Foreign keys of visits and talk, one statement each.

alter table visits add constraint visits_shop foreign key (shop_id) references shops (id);

alter table reviews add constraint reviews_shop foreign key (shop_id) references shops (id);

alter table follow_ups add constraint follow_ups_shop foreign key (shop_id) references shops (id);

alter table interactions add constraint interactions_shop foreign key (shop_id) references shops (id);

alter table notes add constraint notes_shop foreign key (shop_id) references shops (id);

alter table attachments add constraint attachments_shop foreign key (shop_id) references shops (id);

alter table notifications add constraint notifications_shop foreign key (shop_id) references shops (id);

alter table digests add constraint digests_shop foreign key (shop_id) references shops (id);

alter table visits add constraint visits_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table reviews add constraint reviews_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table follow_ups add constraint follow_ups_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table interactions add constraint interactions_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table notes add constraint notes_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table attachments add constraint attachments_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table notifications add constraint notifications_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table visits add constraint visits_handler
    foreign key (shop_id, handled_by) references memberships (shop_id, staff_id);

alter table reviews add constraint reviews_requester
    foreign key (shop_id, requested_by) references memberships (shop_id, staff_id);

alter table follow_ups add constraint follow_ups_assignee
    foreign key (shop_id, assigned_to) references memberships (shop_id, staff_id);

alter table interactions add constraint interactions_handler
    foreign key (shop_id, handled_by) references memberships (shop_id, staff_id);

alter table notifications add constraint notifications_person
    foreign key (shop_id, staff_id) references memberships (shop_id, staff_id);

alter table digests add constraint digests_person
    foreign key (shop_id, staff_id) references memberships (shop_id, staff_id);

alter table visit_products add constraint visit_products_visit
    foreign key (shop_id, visit_id) references visits (shop_id, id) on delete cascade;

alter table visit_products add constraint visit_products_product
    foreign key (shop_id, product_id) references products (shop_id, id);

alter table reviews add constraint reviews_visit
    foreign key (shop_id, visit_id) references visits (shop_id, id);

alter table follow_ups add constraint follow_ups_visit
    foreign key (shop_id, visit_id) references visits (shop_id, id);

alter table attachments add constraint attachments_visit
    foreign key (shop_id, visit_id) references visits (shop_id, id);

alter table follow_ups add constraint follow_ups_answer
    foreign key (shop_id, answered_by_visit) references visits (shop_id, id);

alter table follow_ups add constraint follow_ups_interaction
    foreign key (shop_id, interaction_id) references interactions (shop_id, id);

alter table attachments add constraint attachments_interaction
    foreign key (shop_id, interaction_id) references interactions (shop_id, id);

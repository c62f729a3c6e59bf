-- Foreign keys of mails that wait, one statement each.

alter table unmatched_mails add constraint unmatched_mails_shop foreign key (shop_id) references shops (id);

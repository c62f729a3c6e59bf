-- Foreign keys of the words of leads.
alter table lead_words add constraint lead_words_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id) on delete cascade;

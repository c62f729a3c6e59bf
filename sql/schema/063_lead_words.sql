-- The words a lead is found by, those of its name and company, as a customer is by customer_words: lower case, without
-- accents, in the order of their letters, so that a row policy and an index go together.
create table lead_words (
    shop_id uuid not null,
    word text collate "C" not null,
    lead_id uuid not null,
    primary key (shop_id, word, lead_id)
);

create index lead_words_lead on lead_words (shop_id, lead_id, word);

-- Make customers findable by the words of their names.
insert into customer_words (shop_id, word, customer_id)
select distinct
    cast(:shop_id as uuid),
    word,
    customer_id
from sheet_words
where word is not null
order by
    word,
    customer_id

-- Make leads findable by words, each given with whose it is.
insert into lead_words (shop_id, word, lead_id)
select
    :shop_id,
    words.word,
    words.lead_id
from unnest(cast(:words as text []), cast(:lead_ids as uuid [])) as words (word, lead_id)
order by
    words.word,
    words.lead_id

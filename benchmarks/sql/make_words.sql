-- The words the made-up customers are found by.
insert into customer_words (shop_id, word, customer_id)
select
    customers.shop_id,
    lower(words.word),
    customers.id
from customers
cross join lateral regexp_split_to_table(customers.name, ' ') as words (word)
where customers.shop_id = :shop_id

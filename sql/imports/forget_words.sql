-- The old words of these customers go.
delete from customer_words
using sheet_words
where
    customer_words.shop_id = :shop_id
    and customer_words.customer_id = sheet_words.customer_id

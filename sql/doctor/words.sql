-- Every customer's name beside the words they are found by. Hidden customers are not to be found.
select
    customers.id,
    case when customers.hidden_at is null then customers.name end as name,
    array(
        select customer_words.word
        from customer_words
        where
            customer_words.shop_id = customers.shop_id
            and customer_words.customer_id = customers.id
    ) as words
from customers
where customers.shop_id = :shop_id

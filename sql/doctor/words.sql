-- Every customer's name, with the names of their people who have not left, beside the words they are found by. Hidden
-- customers are not to be found.
select
    customers.id,
    case
        when customers.hidden_at is null
            then concat_ws(
                ' ',
                customers.name,
                (
                    select string_agg(contact_people.name, ' ')
                    from contact_people
                    where
                        contact_people.shop_id = customers.shop_id
                        and contact_people.customer_id = customers.id
                        and contact_people.left_on is null
                )
            )
    end as name,
    array(
        select customer_words.word
        from customer_words
        where
            customer_words.shop_id = customers.shop_id
            and customer_words.customer_id = customers.id
    ) as words
from customers
where customers.shop_id = :shop_id

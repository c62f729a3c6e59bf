-- The numbers a customer has, each once, their own first.
select phone
from customer_numbers
where
    shop_id = :shop_id
    and customer_id = cast(:customer_id as uuid)
group by phone
order by
    min(nth),
    phone

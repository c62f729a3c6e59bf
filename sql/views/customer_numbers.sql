-- The numbers a customer has: their own first, then those of the contacts who they are, then those of a company's people.
create view customer_numbers with (security_invoker = true) as
select
    shop_id,
    id as customer_id,
    phone,
    0 as nth
from customers
where phone is not null
union all
select
    shop_id,
    customer_id,
    phone,
    1
from contacts
where customer_id is not null
union all
select
    shop_id,
    customer_id,
    unnest(other_phones) collate "C",
    2
from contacts
where customer_id is not null
union all
select
    shop_id,
    customer_id,
    phone,
    3
from company_numbers;

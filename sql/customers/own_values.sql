-- What customers have in one of the shop's own fields: each value once, with how many have it.
select
    cast(custom -> cast(:key as text) as text) as value,
    count(*) as customers
from customers
where
    shop_id = :shop_id
    and custom -> cast(:key as text) is not null
group by custom -> cast(:key as text)
order by
    customers desc,
    value

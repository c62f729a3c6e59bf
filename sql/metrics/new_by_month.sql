-- Customers by the month of their first purchase, within the period.
select
    cast(date_trunc('month', day) as date) as month,
    sum(buyers) as customers
from shop_days
where
    shop_id = :shop_id
    and day >= :since
    and day < :until
group by 1
having sum(buyers) <> 0
order by 1

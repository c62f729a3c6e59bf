-- Customers by their category, and how many of them bought and what they spent so far; those without one last.
-- As of now, whatever the period.
select
    category,
    count(*) as people,
    count(first_purchase_on) as customers,
    sum(total_spent) as total_spent
from customers
where
    shop_id = :shop_id
    and hidden_at is null
group by category
order by
    category is null,
    people desc,
    category

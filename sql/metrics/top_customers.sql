-- The five customers who spent most so far, returns taken off.
-- An index hands customers out by steps of spend, so that only the highest steps are read and sorted.
select
    id as customer_id,
    coalesce(name, company_name, phone, external_ref) as name,
    external_ref,
    total_spent,
    order_count as purchases
from customers
where
    shop_id = :shop_id
    and hidden_at is null
    and first_purchase_on is not null
order by
    spend_band desc,
    total_spent desc,
    id
limit 5

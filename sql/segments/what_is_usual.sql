-- What the groups of customers are told by: after how many days somebody is no longer active, and what a customer of the
-- shop has spent on average so far.
with

so_far as (

    select
        sum(customer_revenue) as spent,
        sum(buyers) as buyers
    from shop_days
    where shop_id = :shop_id

)

select
    active_day_settings.active_days,
    coalesce(so_far.spent / nullif(so_far.buyers, 0), 0) as average_spent
from active_day_settings
cross join so_far
where active_day_settings.shop_id = :shop_id

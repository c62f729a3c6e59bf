-- When somebody of the shop was first and last in touch with a customer: talked or was visited.
with

moments as (

    select happened_at as at
    from interactions
    where
        shop_id = :shop_id
        and customer_id = :customer_id

    union all

    select interactions.happened_at
    from interactions
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and interactions.contact_id = contacts.id
    where
        interactions.shop_id = :shop_id
        and contacts.customer_id = :customer_id

    union all

    select visited_at
    from visits
    where
        shop_id = :shop_id
        and customer_id = :customer_id

)

select
    min(at) as first_at,
    max(at) as last_at
from moments

-- Every tag of the shop with its group and colour, and how many customers who are not hidden carry it.
with

on_customers as (

    select
        taggings.tag_id,
        count(*) as customers
    from taggings
    inner join customers
        on
            taggings.shop_id = customers.shop_id
            and taggings.customer_id = customers.id
    where
        taggings.shop_id = :shop_id
        and customers.hidden_at is null
    group by taggings.tag_id

)

select
    tags.id,
    tags.name,
    tags.category,
    tags.colour,
    coalesce(on_customers.customers, 0) as customers
from tags
left join on_customers on tags.id = on_customers.tag_id
where tags.shop_id = :shop_id
order by
    tags.category nulls last,
    lower(tags.name)

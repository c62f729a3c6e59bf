-- Every tag of the shop with its group and colour, and how many customers who are not hidden, leads and deals carry it.
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

),

on_leads as (

    select
        tag_id,
        count(*) as leads
    from lead_taggings
    where shop_id = :shop_id
    group by tag_id

),

on_opportunities as (

    select
        tag_id,
        count(*) as opportunities
    from opportunity_taggings
    where shop_id = :shop_id
    group by tag_id

)

select
    tags.id,
    tags.name,
    tags.category,
    tags.colour,
    coalesce(on_customers.customers, 0) as customers,
    coalesce(on_leads.leads, 0) as leads,
    coalesce(on_opportunities.opportunities, 0) as opportunities
from tags
left join on_customers on tags.id = on_customers.tag_id
left join on_leads on tags.id = on_leads.tag_id
left join on_opportunities on tags.id = on_opportunities.tag_id
where tags.shop_id = :shop_id
order by
    tags.category nulls last,
    lower(tags.name)

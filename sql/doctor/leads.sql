-- Leads whose score is not the latest of its history, and those converted here that became no customer.
with

latest as (

    select distinct on (lead_id)
        lead_id,
        engagement,
        fit,
        activity
    from lead_scores
    where shop_id = :shop_id
    order by
        lead_id,
        scored_on desc

),

differing as (

    select
        leads.id as subject,
        coalesce(leads.engagement, 0) - coalesce(latest.engagement, 0) as engagement,
        coalesce(leads.fit, 0) - coalesce(latest.fit, 0) as fit,
        coalesce(leads.activity, 0) - coalesce(latest.activity, 0) as activity,
        case
            when leads.status = 'converted' and leads.customer_id is null and leads.import_id is null
                then 'missing'
        end as customer
    from leads
    left join latest on leads.id = latest.lead_id
    where leads.shop_id = :shop_id

)

select
    cast(subject as text) as subject,
    engagement,
    fit,
    activity,
    customer,
    count(*) over () as found
from differing
where
    engagement <> 0
    or fit <> 0
    or activity <> 0
    or customer is not null
order by subject
limit :most

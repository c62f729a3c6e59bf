-- Who is at risk on the last day that counts: red ones first, of these those who spent most, with what stands behind the
-- score. All are sorted by little; what is shown is read for one page.
with

at_risk as (

    select
        id,
        health_score,
        total_spent,
        count(*) over () as found
    from customers
    where
        shop_id = :shop_id
        and health_score >= cast(:lowest as integer)
        and health_score < cast(:below as integer)
        and hidden_at is null
    order by
        health_score >= 50,
        total_spent desc,
        id
    limit cast(:most as integer)
    offset cast(:skipped as integer)

)

select
    customers.id as customer_id,
    coalesce(customers.name, customers.company_name) as name,
    customers.phone,
    customers.total_spent,
    customers.last_purchase_on,
    customers.rep_id,
    memberships.name as rep_name,
    health_scores.score,
    health_scores.engagement,
    health_scores.activity,
    health_scores.satisfaction,
    health_scores.recommendation,
    health_scores.factors,
    at_risk.found
from at_risk
inner join customers
    on
        customers.shop_id = :shop_id
        and at_risk.id = customers.id
inner join health_scores
    on
        health_scores.shop_id = :shop_id
        and at_risk.id = health_scores.customer_id
        and health_scores.scored_on = (
            select max(health_days.scored_on)
            from health_days
            where health_days.shop_id = :shop_id
        )
left join memberships
    on
        memberships.shop_id = :shop_id
        and customers.rep_id = memberships.staff_id
order by
    at_risk.health_score >= 50,
    at_risk.total_spent desc,
    at_risk.id

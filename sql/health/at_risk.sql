-- Who is at risk on the last day that counts: red ones first, of these those who spent most, with what stands behind the
-- score.
with

at_risk as (

    select
        id,
        coalesce(name, company_name) as name,
        phone,
        total_spent,
        last_purchase_on,
        rep_id,
        health_score,
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
    at_risk.id as customer_id,
    at_risk.name,
    at_risk.phone,
    at_risk.total_spent,
    at_risk.last_purchase_on,
    at_risk.rep_id,
    memberships.name as rep_name,
    health_scores.score,
    health_scores.engagement,
    health_scores.activity,
    health_scores.satisfaction,
    health_scores.recommendation,
    health_scores.factors,
    at_risk.found
from at_risk
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
        and at_risk.rep_id = memberships.staff_id
order by
    at_risk.health_score >= 50,
    at_risk.total_spent desc,
    at_risk.id

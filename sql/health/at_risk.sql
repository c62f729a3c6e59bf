-- Who is red, or to watch, on the last day that was written down: red ones first, of these those who spent most.
select
    health_scores.customer_id,
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
    count(*) over () as found
from health_scores
inner join customers
    on
        health_scores.shop_id = customers.shop_id
        and health_scores.customer_id = customers.id
left join memberships
    on
        customers.shop_id = memberships.shop_id
        and customers.rep_id = memberships.staff_id
where
    health_scores.shop_id = :shop_id
    and health_scores.scored_on = (
        select max(health_days.scored_on)
        from health_days
        where health_days.shop_id = :shop_id
    )
    and health_scores.score >= cast(:lowest as integer)
    and health_scores.score < cast(:below as integer)
    and customers.hidden_at is null
order by
    health_scores.score >= 50,
    customers.total_spent desc,
    health_scores.customer_id
limit cast(:most as integer)
offset cast(:skipped as integer)

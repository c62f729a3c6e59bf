-- Of customers just written down, those who are red today and were not the last time, those who spent most first.
select
    today.customer_id,
    coalesce(customers.name, customers.company_name, customers.phone, customers.external_ref) as name,
    customers.rep_id,
    today.score,
    today.recommendation,
    before.score as score_before
from health_scores as today
inner join customers
    on
        today.shop_id = customers.shop_id
        and today.customer_id = customers.id
cross join
    lateral (
        select health_scores.score
        from health_scores
        where
            health_scores.shop_id = :shop_id
            and health_scores.customer_id = today.customer_id
            and health_scores.scored_on < cast(:today as date)
        order by health_scores.scored_on desc
        limit 1
    ) as before
where
    today.shop_id = :shop_id
    and today.scored_on = cast(:today as date)
    and today.score < 50
    and before.score >= 50
    and today.customer_id = any(cast(:customer_ids as uuid []))
order by
    customers.total_spent desc,
    today.customer_id
limit cast(:most as integer)

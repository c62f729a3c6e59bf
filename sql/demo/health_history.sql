-- Made-up scores of a demo shop for weeks that are over: from today's back, some rising, some falling.
insert into health_scores (
    shop_id, customer_id, scored_on, engagement, activity, satisfaction, score, factors, recommendation
)
select
    scores.shop_id,
    scores.customer_id,
    scores.scored_on - 7 * weeks.nth,
    scores.engagement,
    greatest(0, least(100, scores.activity + drift.a_week * weeks.nth)),
    scores.satisfaction,
    greatest(0, least(100, scores.score + drift.a_week * weeks.nth)),
    scores.factors,
    scores.recommendation
from health_scores as scores
cross join generate_series(1, 13) as weeks (nth)
cross join
    lateral (select cast(ascii(substr(md5(cast(scores.customer_id as text)), 1, 1)) % 7 as integer) - 2 as a_week) as drift
where
    scores.shop_id = :shop_id
    and scores.scored_on = :today
on conflict do nothing

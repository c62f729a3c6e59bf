-- What customers.health_score means: the score of a customer on the last day that counts, the last one in health_days.
-- Of whom nothing was written down that day there is none.
create view health_truth with (security_invoker = true) as
select
    health_scores.shop_id,
    health_scores.customer_id,
    health_scores.score as health_score
from health_scores
inner join (
    select
        shop_id,
        max(scored_on) as scored_on
    from health_days
    group by shop_id
) as last_days
    on
        health_scores.shop_id = last_days.shop_id
        and health_scores.scored_on = last_days.scored_on;

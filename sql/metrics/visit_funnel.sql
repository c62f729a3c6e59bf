-- How far the customers who visited in the period got: visited, interested, quoted, purchased.
-- Interested: high or medium. Quoted: a quote was given. Purchased: the visit was recorded as a purchase, or a purchase
-- followed within the shop's conversion days. Whoever got to a stage counts in those before it, so it never grows.
with

stages as (

    select
        count(*) filter (where visited_after < :since) as visited,
        count(*) filter (where interested_after < :since) as interested,
        count(*) filter (where quoted_after < :since) as quoted,
        count(*) filter (where purchased_after < :since) as purchased
    from visitor_days
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until

)

select
    funnel.stage,
    funnel.visitors
from stages
cross join lateral (
    values
    (1, 'visited', stages.visited),
    (2, 'interested', stages.interested),
    (3, 'quoted', stages.quoted),
    (4, 'purchased', stages.purchased)
) as funnel (nth, stage, visitors)
order by funnel.nth

-- Made-up visits of one shop over some years up to a day, one a customer and day: few customers come often, most seldom.
insert into visits (
    shop_id, id, customer_id, visited_at, visited_on, handled_by, visit_type, purpose, interest, outcome, created_at
)
select
    :shop_id,
    cast(lpad(to_hex(nth), 12, '0') || substr(md5('visit' || nth), 1, 20) as uuid),
    cast(md5(cast(:shop_id as text) || 'customer' || 1 + floor(power(random(), 2) * :customers)) as uuid),
    (came.day + interval '10 hours' + floor(random() * 540) * interval '1 minute') at time zone 'Asia/Kolkata',
    came.day,
    (cast(:reps as uuid []))[1 + nth % cardinality(cast(:reps as uuid []))],
    (array['walk-in', 'walk-in', 'walk-in', 'scheduled', 'follow-up', 'delivery'])[1 + floor(random() * 6)],
    (array['browsing', 'purchase_intent', 'complaint', 'service'])[1 + floor(random() * 4)],
    (array['high', 'medium', 'low', 'not_interested', null])[1 + floor(random() * 5)],
    (array['purchase', 'quote_given', 'no_purchase', 'future_interest', null])[1 + floor(random() * 5)],
    came.day
from generate_series(1, cast(:visits as bigint)) as nth
cross join lateral (
    select cast(:today as date) - cast((:visits - nth) * :days / :visits as integer) as day
) as came
on conflict (shop_id, customer_id, visited_on) do nothing

-- Made-up bills of a pharmacy up to a day: each customer buys one medicine for 30 days again and again, about once a month.
insert into orders (
    shop_id, id, number, status, ordered_at, ordered_on, customer_id, total, quantity, payment_method, created_at
)
select
    :shop_id,
    cast(md5(cast(:shop_id as text) || 'bill' || nth) as uuid),
    'B' || nth,
    'completed',
    placed.day + interval '11 hours',
    placed.day,
    cast(md5(cast(:shop_id as text) || 'customer' || 1 + nth % :customers) as uuid),
    120,
    1,
    'Cash',
    placed.day + interval '11 hours'
from generate_series(0, cast(:orders as bigint) - 1) as nth
cross join lateral (
    select
        cast(:today as date)
        - cast((nth % :customers) * 7919 % 32 as integer)
        - 31 * cast(nth / :customers as integer) as day
) as placed

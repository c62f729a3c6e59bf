-- Made-up orders of one shop over three years up to a day: few customers buy often, most seldom, 8 % are nobody's.
insert into orders (
    shop_id, id, number, status, ordered_at, ordered_on, customer_id, total, quantity, payment_method, created_at
)
select
    :shop_id,
    cast(lpad(to_hex(nth), 12, '0') || substr(md5(cast(:shop_id as text) || nth), 1, 20) as uuid),
    'B' || nth,
    'completed',
    placed.day + interval '11 hours',
    placed.day,
    case
        when nth % 12 > 0 then cast(
            md5(cast(:shop_id as text) || 'customer' || 1 + floor(power(random(), 2) * :customers)) as uuid
        )
    end,
    case when nth % 50 = 0 then -1 else 1 end * round(cast(5 + random() * 500 as numeric), 2),
    1,
    'Cash',
    placed.day + interval '11 hours'
from generate_series(1, cast(:orders as bigint)) as nth
cross join lateral (
    select cast(:today as date) - cast((:orders - nth) * 1095 / :orders as integer) as day
) as placed

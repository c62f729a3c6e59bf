-- Made-up talk of a shop's customers within a year: two talks a customer on average, with moods and who reached out.
insert into interactions (
    shop_id, id, customer_id, kind, direction, happened_at, happened_on, sentiment, created_at, updated_at
)
select
    :shop_id,
    cast(lpad(to_hex(nth), 12, '0') || substr(md5('talk' || nth), 1, 20) as uuid),
    cast(md5(cast(:shop_id as text) || 'customer' || 1 + floor(random() * :customers)) as uuid),
    (array['call', 'whatsapp', 'email', 'meeting'])[1 + floor(random() * 4)],
    (array['in', 'out'])[1 + floor(random() * 2)],
    (talked.day + interval '11 hours') at time zone 'Asia/Kolkata',
    talked.day,
    (array['positive', 'neutral', 'negative', null])[1 + floor(random() * 4)],
    talked.day,
    talked.day
from generate_series(1, 2 * cast(:customers as bigint)) as nth
cross join lateral (
    select cast(:today as date) - cast(nth % 365 as integer) as day
) as talked

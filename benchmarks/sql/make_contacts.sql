-- Made-up contacts of one shop, with two mobile numbers each.
insert into contacts (shop_id, id, phone, phone_typed, phone_kind, other_phones, name, uploaded_on, created_at)
select
    :shop_id,
    cast(md5(cast(:shop_id as text) || 'contact' || nth) as uuid),
    '+9198' || lpad(cast(nth as text), 8, '0'),
    '98' || lpad(cast(nth as text), 8, '0'),
    'mobile',
    array['+9197' || lpad(cast(nth as text), 8, '0')],
    'Contact ' || nth,
    cast(:today as date),
    timestamptz '2026-11-01'
from generate_series(1, :contacts) as nth

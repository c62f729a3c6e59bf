-- Made-up customers of one shop: names of two words, a mobile number each.
insert into customers (shop_id, id, name, phone, phone_typed, status, city, created_on, created_at)
select
    :shop_id,
    cast(md5(cast(:shop_id as text) || 'customer' || nth) as uuid),
    (array['Asha', 'Bilal', 'Chitra', 'Deepak', 'Esha', 'Farhan', 'Gita', 'Hari', 'Ila', 'Jatin', 'Kiran', 'Lata'])[
        1 + nth % 12
    ] || ' ' || initcap(substr(md5(cast(nth as text)), 1, 6)),
    '+9198' || lpad(cast(nth as text), 8, '0'),
    '98' || lpad(cast(nth as text), 8, '0'),
    'active',
    (array['Pune', 'Delhi', 'Kochi', 'Jaipur'])[1 + nth % 4],
    date '2024-01-01' + nth % 1000,
    timestamptz '2024-01-01' + nth % 1000 * interval '1 day'
from generate_series(1, :customers) as nth

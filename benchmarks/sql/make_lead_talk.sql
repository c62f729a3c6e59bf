-- Talk with two of three of these leads over the last half year, and a follow-up that is planned with one of ten.
with

talked_with as (

    select
        id,
        row_number() over (order by id) as nth
    from leads
    where shop_id = :shop_id

),

planned as (

    insert into follow_ups (shop_id, id, lead_id, about, due_on)
    select
        :shop_id,
        cast(md5(cast(:shop_id as text) || 'plan' || nth) as uuid),
        id,
        'Call again',
        cast(:today as date) - 20 + cast(nth * 7919 % 60 as integer)
    from talked_with
    where nth % 10 = 3

)

insert into interactions (shop_id, id, lead_id, kind, direction, happened_at, happened_on, notes)
select
    :shop_id,
    cast(md5(cast(:shop_id as text) || 'talk' || nth) as uuid),
    id,
    case when nth % 9 = 0 then 'meeting' else 'call' end,
    case when nth % 4 = 0 then 'in' else 'out' end,
    cast(:today as date) - cast(nth * 7919 % 180 as integer) + interval '6 hours',
    cast(:today as date) - cast(nth * 7919 % 180 as integer),
    'Talked'
from talked_with
where nth % 3 > 0

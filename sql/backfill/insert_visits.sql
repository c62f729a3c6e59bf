-- A visit for each of these sales, on its day and by who made it.
insert into visits (
    shop_id,
    id,
    customer_id,
    visited_at,
    visited_on,
    handled_by,
    outcome,
    from_sales,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    :shop_id,
    sale.id,
    sale.customer_id,
    sale.ordered_at,
    sale.ordered_on,
    sale.rep_id,
    'purchase',
    true,
    cast(:now as timestamptz),
    cast(:staff_id as uuid),
    cast(:now as timestamptz),
    cast(:staff_id as uuid)
from unnest(
    cast(:ids as uuid[]),
    cast(:customer_ids as uuid[]),
    cast(:moments as timestamptz[]),
    cast(:days as date[]),
    cast(:rep_ids as uuid[])
) as sale (id, customer_id, ordered_at, ordered_on, rep_id)

-- Everything the import created (marked with its id) or changed (remembered in its rows).
insert into undo_subjects (subject, subject_id, is_new, before)
select
    'order',
    id,
    true,
    cast(null as jsonb)
from orders
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    'customer',
    id,
    true,
    cast(null as jsonb)
from customers
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    'product',
    id,
    true,
    cast(null as jsonb)
from products
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    'visit',
    id,
    true,
    cast(null as jsonb)
from visits
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    'contact',
    id,
    true,
    cast(null as jsonb)
from contacts
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    'lead',
    id,
    true,
    cast(null as jsonb)
from leads
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    'opportunity',
    id,
    true,
    cast(null as jsonb)
from opportunities
where
    shop_id = :shop_id
    and import_id = :import_id
union all
select
    case
        when before ? 'opportunity' then 'opportunity'
        when before ? 'order' then 'order'
        when before ? 'visit' then 'visit'
        when before ? 'customer' then 'customer'
        when before ? 'product' then 'product'
        when before ? 'contact' then 'contact'
        when before ? 'sales lead' then 'lead'
        else 'activation'
    end,
    subject_id,
    false,
    before
from import_rows
where
    shop_id = :shop_id
    and import_id = :import_id
    and outcome = 'updated'
on conflict do nothing

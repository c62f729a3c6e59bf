-- Products that are not on the catalogue yet, if an opportunity that goes in offers them.
insert into products (shop_id, id, name, import_id, created_at, created_by, updated_at, updated_by)
select
    :shop_id,
    id,
    called,
    :import_id,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_meanings
where
    kind = 'product'
    and is_new
    and id in (
        select sheet_deals.product_id
        from sheet_deals
        where sheet_deals.state in ('new', 'changed')
    )

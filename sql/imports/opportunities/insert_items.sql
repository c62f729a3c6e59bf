-- What new opportunities offer: one product each, worth all of it.
insert into opportunity_items (shop_id, opportunity_id, position, product_id, product_name, total)
select
    :shop_id,
    opportunity_id,
    1,
    product_id,
    product_name,
    value
from sheet_deals
where
    state = 'new'
    and product_id is not null

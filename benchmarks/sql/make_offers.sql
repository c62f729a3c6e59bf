-- What made-up opportunities offer: one product each, every third a second one.
insert into opportunity_items (shop_id, opportunity_id, position, product_id, product_name, total)
select
    deals.shop_id,
    deals.id,
    lines.position,
    (cast(:products as uuid[]))[1 + (deals.nth + 7 * lines.position) % cardinality(cast(:products as uuid[]))],
    'Product',
    deals.value / 2
from (
    select
        shop_id,
        id,
        value,
        cast(substr(ref, 2) as integer) / 11 as nth
    from opportunities
    where shop_id = :shop_id
) as deals
inner join (values (1), (2)) as lines (position) on deals.nth % 3 = 0 or lines.position = 1

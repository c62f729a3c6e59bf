-- Whoever carries one tag carries the other as well from now on.
insert into taggings (shop_id, customer_id, tag_id, created_at, created_by)
select
    shop_id,
    customer_id,
    cast(:into_id as uuid),
    created_at,
    created_by
from taggings
where
    shop_id = :shop_id
    and tag_id = :tag_id
on conflict do nothing

-- Of opportunities: what carries one tag carries the other as well from now on.
insert into opportunity_taggings (shop_id, opportunity_id, tag_id, created_at, created_by)
select
    shop_id,
    opportunity_id,
    cast(:into_id as uuid),
    created_at,
    created_by
from opportunity_taggings
where
    shop_id = :shop_id
    and tag_id = :tag_id
on conflict do nothing

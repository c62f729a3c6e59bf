-- Put the tags on.
insert into taggings (shop_id, customer_id, tag_id, created_at, created_by)
select
    :shop_id,
    customer_id,
    tag_id,
    :now,
    :staff_id
from sheet_tags

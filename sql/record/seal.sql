-- Append links to a shop's chain, behind the position `after`, in the order of the two lists.
insert into activity_chain (shop_id, position, activity_id, link)
select
    :shop_id,
    :after + nth,
    activity_id,
    link
from unnest(cast(:activity_ids as uuid[]), cast(:links as bytea[])) with ordinality as sealed (activity_id, link, nth)

-- Where a shop's chain ends: the position, the link there, and the newest activity it holds. No row: nothing is sealed yet.
select
    position,
    link,
    (
        select activity_id
        from activity_chain
        where shop_id = :shop_id
        order by activity_id desc
        limit 1
    ) as newest_activity
from activity_chain
where shop_id = :shop_id
order by position desc
limit 1

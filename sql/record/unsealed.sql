-- Activities from the id `since` on that no link of the chain names, oldest first.
select
    activity_lines.activity_id,
    activity_lines.line
from activity_lines
left join activity_chain
    on
        activity_lines.shop_id = activity_chain.shop_id
        and activity_lines.activity_id = activity_chain.activity_id
where
    activity_lines.shop_id = :shop_id
    and activity_lines.activity_id >= :since
    and activity_chain.activity_id is null
order by activity_lines.activity_id
limit :most

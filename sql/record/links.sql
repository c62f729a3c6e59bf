-- A shop's whole chain in order, each link beside the line it seals; no line where the activity is gone.
select
    activity_chain.position,
    activity_chain.activity_id,
    activity_chain.link,
    activity_lines.line
from activity_chain
left join activity_lines
    on
        activity_chain.shop_id = activity_lines.shop_id
        and activity_chain.activity_id = activity_lines.activity_id
where activity_chain.shop_id = :shop_id
order by activity_chain.position

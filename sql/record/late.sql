-- How many activities older than the id `since` no link of the chain names, and the first of them.
select
    count(*) as late,
    (array_agg(activities.id order by activities.id))[1] as first_id
from activities
left join activity_chain
    on
        activities.shop_id = activity_chain.shop_id
        and activities.id = activity_chain.activity_id
where
    activities.shop_id = :shop_id
    and activities.id < :since
    and activity_chain.activity_id is null

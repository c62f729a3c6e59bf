-- Activities from the id `since` on that no link of the chain names, oldest first, each in the line that links.sql makes.
select
    activities.id as activity_id,
    cast(
        json_build_array(
            activities.shop_id,
            activities.id,
            extract(epoch from activities.at),
            activities.staff_id,
            activities.via,
            activities.what,
            activities.subject,
            activities.subject_id,
            activities.customer_id,
            cast(activities.detail as text),
            activities.is_important
        ) as text
    ) as line
from activities
left join activity_chain
    on
        activities.shop_id = activity_chain.shop_id
        and activities.id = activity_chain.activity_id
where
    activities.shop_id = :shop_id
    and activities.id >= :since
    and activity_chain.activity_id is null
order by activities.id
limit :most

-- A shop's whole chain in order, each link beside the line it seals; no line where the activity is gone.
-- The line is one text that says all of an activity, made here from the table: a view of the database could be made to
-- tell something else. As in unsealed.sql, and never changed: every chain made with it would look broken.
select
    activity_chain.position,
    activity_chain.activity_id,
    activity_chain.link,
    case
        when activities.id is not null
            then cast(
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
            )
    end as line
from activity_chain
left join activities
    on
        activity_chain.shop_id = activities.shop_id
        and activity_chain.activity_id = activities.id
where activity_chain.shop_id = :shop_id
order by activity_chain.position

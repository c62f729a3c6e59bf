-- Days from the beginning of an opportunity to its sale, on average of those won in the period.
-- lost, lost_days: the same of those that were lost, which don't count in the average.
with

closed as (

    select
        won,
        lost,
        won_days,
        lost_days
    from closed_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and day >= :since
        and day < :until
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
        case when status = 'won' then 1 else 0 end as won,
        case when status = 'lost' then 1 else 0 end as lost,
        case when status = 'won' then closed_on - created_on else 0 end as won_days,
        case when status = 'lost' then closed_on - created_on else 0 end as lost_days
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    )
    where
        cast(:narrowed as boolean)
        and closed_on >= :since
        and closed_on < :until

)

select
    cast(coalesce(sum(won_days), 0) as integer) as part,
    cast(coalesce(sum(won), 0) as integer) as whole,
    jsonb_build_array(
        jsonb_build_object(
            'lost', coalesce(sum(lost), 0),
            'lost_days', coalesce(sum(lost_days), 0)
        )
    ) as rows
from closed

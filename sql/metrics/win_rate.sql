-- Of the opportunities that closed in the period, the share that was won.
with

closed as (

    select
        won,
        lost
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
        case when status = 'lost' then 1 else 0 end as lost
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
    cast(coalesce(sum(won), 0) as integer) as part,
    cast(coalesce(sum(won + lost), 0) as integer) as whole
from closed

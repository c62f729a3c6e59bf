-- What an opportunity won in the period brought, on average.
-- A won one without a value counts as worth nothing.
with

closed as (

    select
        won,
        won_value
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
        case when status = 'won' then coalesce(value, 0) else 0 end as won_value
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
    coalesce(sum(won_value), 0) as part,
    cast(coalesce(sum(won), 0) as integer) as whole
from closed

-- What an open opportunity is worth on average.
-- Those without a value count as worth nothing.
with

summed as (

    select
        deals,
        value
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
        1 as deals,
        coalesce(value, 0) as value
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    )
    where
        cast(:narrowed as boolean)
        and status = 'open'

)

select
    coalesce(sum(value), 0) as part,
    cast(coalesce(sum(deals), 0) as integer) as whole
from summed

-- What all open opportunities are worth together.
-- Those without a value count as worth nothing.
with

summed as (

    select
        value
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
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

select coalesce(sum(value), 0) as value from summed

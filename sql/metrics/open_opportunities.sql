-- Opportunities that are open now.
with

summed as (

    select
        deals
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
        1 as deals
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

select cast(coalesce(sum(deals), 0) as integer) as value from summed

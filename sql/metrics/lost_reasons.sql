-- Why the opportunities that were lost in the period were lost: how many, and what they were worth, by reason.
-- The reason is null for those that were lost without one. Reasons nobody gave in the period are left out.
with

lost as (

    select
        reason_id,
        deals,
        value
    from closed_reasons
    where
        not cast(:narrowed as boolean)
        and cast(:rep as uuid) is null
        and shop_id = :shop_id
        and outcome = 'lost'
        and day >= :since
        and day < :until
    union all
    select
        coalesce(reason_id, '00000000-0000-0000-0000-000000000000') as reason_id,
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
        (cast(:narrowed as boolean) or cast(:rep as uuid) is not null)
        and status = 'lost'
        and closed_on >= :since
        and closed_on < :until

)

select
    lost_reasons.id as reason_id,
    lost_reasons.name as reason,
    cast(sum(lost.deals) as integer) as opportunities,
    sum(lost.value) as value
from lost
left join lost_reasons
    on
        lost_reasons.shop_id = :shop_id
        and lost.reason_id = lost_reasons.id
group by
    lost_reasons.id,
    lost_reasons.name
having sum(lost.deals) <> 0
order by
    opportunities desc,
    value desc,
    reason,
    reason_id

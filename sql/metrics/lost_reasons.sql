-- Why the opportunities that were lost in the period were lost: how many, and what they were worth, by reason.
-- The reason is null for those that were lost without one. Reasons nobody gave in the period are left out.
with

lost as (

    select
        reason_id,
        deals,
        value
    from reason_sums(:shop_id, cast(:these as jsonb), :since, :until)
    where outcome = 'lost'

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

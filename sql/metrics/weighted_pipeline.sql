-- What open opportunities are worth together, each times its probability.
-- The probability is an opportunity's own, or else that of its stage. Rounded stage by stage, as the stages show it.
with

summed as (

    select
        stage_id,
        value,
        own_value,
        own_weighted
    from open_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
        stage_id,
        coalesce(value, 0) as value,
        case when probability is not null then coalesce(value, 0) else 0 end as own_value,
        coalesce(value * probability / 100.0, 0) as own_weighted
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

),

by_stage as (

    select
        round(
            sum(summed.own_weighted) + sum(summed.value - summed.own_value) * stages.probability / 100.0, 2
        ) as weighted
    from summed
    inner join stages
        on
            stages.shop_id = :shop_id
            and summed.stage_id = stages.id
    group by
        stages.id,
        stages.probability

)

select coalesce(sum(weighted), 0) as value from by_stage

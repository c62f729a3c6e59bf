-- What open opportunities are worth together, each times its probability.
-- The probability is an opportunity's own, or else that of its stage. Rounded stage by stage, as the stages show it.
with

by_stage as (

    select
        round(
            sum(summed.own_weighted) + sum(summed.value - summed.own_value) * stages.probability / 100.0, 2
        ) as weighted
    from open_sums(:shop_id, cast(:these as jsonb)) as summed
    inner join stages
        on
            stages.shop_id = :shop_id
            and summed.stage_id = stages.id
    group by
        stages.id,
        stages.probability

)

select coalesce(sum(weighted), 0) as value from by_stage

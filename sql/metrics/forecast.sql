-- What open opportunities are expected to bring, by the month they should close in, beside what was won and the target.
-- The six months before this one, this one and the six after it. kind: overdue (should have closed before today), month,
-- later, undated. Open ones count their value times the probability as weighted; those without a value count as worth
-- nothing, and are counted apart. target: the shop's, or the sales rep's; null where none is set, and for a territory,
-- source or product, which have none.
with

months as (

    select cast(month as date) as month
    from generate_series(
        date_trunc('month', cast(:tomorrow as date) - 1) - interval '6 months',
        date_trunc('month', cast(:tomorrow as date) - 1) + interval '6 months',
        interval '1 month'
    ) as month

),

deals as (

    select
        stage_id,
        case
            when expected_on = '-infinity' then 'undated'
            when expected_on < cast(:tomorrow as date) - 1 then 'overdue'
            when expected_on < (select max(month) + interval '1 month' from months) then 'month'
            else 'later'
        end as kind,
        cast(date_trunc('month', expected_on) as date) as month,
        deals,
        without_value,
        value,
        own_value,
        own_weighted
    from open_sums(:shop_id, cast(:these as jsonb))

),

placed as (

    select
        deals.kind,
        case when deals.kind = 'month' then deals.month end as month,
        sum(deals.deals) as opportunities,
        sum(deals.value) as value,
        round(
            sum(deals.own_weighted) + sum((deals.value - deals.own_value) * stages.probability / 100.0), 2
        ) as weighted,
        sum(deals.without_value) as without_value
    from deals
    inner join stages
        on
            stages.shop_id = :shop_id
            and deals.stage_id = stages.id
    group by
        1,
        2

),

won as (

    select
        cast(date_trunc('month', day) as date) as month,
        sum(won) as won,
        sum(won_value) as won_value
    from closed_sums(:shop_id, cast(:these as jsonb), (select min(month) from months), :tomorrow)
    group by 1

),

rows as (

    select
        1 as nth,
        'overdue' as kind,
        cast(null as date) as month
    union all
    select
        2 as nth,
        'month' as kind,
        month
    from months
    union all
    select
        3 as nth,
        'later' as kind,
        cast(null as date) as month
    union all
    select
        4 as nth,
        'undated' as kind,
        cast(null as date) as month

)

select
    rows.kind,
    rows.month,
    cast(coalesce(placed.opportunities, 0) as integer) as opportunities,
    coalesce(placed.value, 0) as value,
    coalesce(placed.weighted, 0) as weighted,
    cast(coalesce(placed.without_value, 0) as integer) as without_value,
    case when rows.kind = 'month' then cast(coalesce(won.won, 0) as integer) end as won,
    case when rows.kind = 'month' then coalesce(won.won_value, 0) end as won_value,
    targets.value as target
from rows
left join placed
    on
        rows.kind = placed.kind
        and rows.month is not distinct from placed.month
left join won on rows.month = won.month
left join targets
    on
        targets.shop_id = :shop_id
        and rows.month = targets.month
        and targets.rep_id is not distinct from cast(:rep as uuid)
        and facet_of(cast(:these as jsonb)) = ''
order by
    rows.nth,
    rows.month

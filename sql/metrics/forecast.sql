-- What open opportunities are expected to bring, by the month they should close in, beside what was won and the target.
-- The six months before this one, this one and the six after it. kind: overdue (should have closed before today), month,
-- later, undated. Open ones count their value times the probability as weighted; those without a value count as worth
-- nothing, and are counted apart. target: the shop's, or the sales rep's; null where none is set.
with

months as (

    select cast(month as date) as month
    from generate_series(
        date_trunc('month', cast(:tomorrow as date) - 1) - interval '6 months',
        date_trunc('month', cast(:tomorrow as date) - 1) + interval '6 months',
        interval '1 month'
    ) as month

),

this_month as (

    select cast(date_trunc('month', cast(:tomorrow as date) - 1) as date) as first_day

),

late_this_month as (

    select
        stage_id,
        count(*) as deals,
        count(*) filter (where value is null) as without_value,
        coalesce(sum(value), 0) as value,
        coalesce(sum(value) filter (where probability is not null), 0) as own_value,
        coalesce(sum(value * probability / 100.0), 0) as own_weighted
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    )
    where
        not cast(:narrowed as boolean)
        and status = 'open'
        and expected_close_on >= (select first_day from this_month)
        and expected_close_on < cast(:tomorrow as date) - 1
    group by stage_id

),

deals as (

    -- Whole months of the sums; of this month those that are late by now are taken over below.
    select
        stage_id,
        month,
        case
            when month = '-infinity' then 'undated'
            when month < (select first_day from this_month) then 'overdue'
            else 'month'
        end as kind,
        deals,
        without_value,
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
        late_this_month.stage_id,
        (select first_day from this_month) as month,
        moved.kind,
        moved.sign * late_this_month.deals as deals,
        moved.sign * late_this_month.without_value as without_value,
        moved.sign * late_this_month.value as value,
        moved.sign * late_this_month.own_value as own_value,
        moved.sign * late_this_month.own_weighted as own_weighted
    from late_this_month
    cross join (values ('overdue', 1), ('month', -1)) as moved (kind, sign)
    union all
    select
        stage_id,
        coalesce(cast(date_trunc('month', expected_close_on) as date), '-infinity') as month,
        case
            when expected_close_on is null then 'undated'
            when expected_close_on < cast(:tomorrow as date) - 1 then 'overdue'
            else 'month'
        end as kind,
        1 as deals,
        case when value is null then 1 else 0 end as without_value,
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

placed as (

    select
        case when deals.kind = 'month' and deals.month > (select max(month) from months) then 'later' else deals.kind end
            as kind,
        case when deals.kind = 'month' and deals.month <= (select max(month) from months) then deals.month end as month,
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

closed as (

    select
        cast(date_trunc('month', day) as date) as month,
        won,
        won_value
    from closed_deals
    where
        not cast(:narrowed as boolean)
        and shop_id = :shop_id
        and day >= (select min(month) from months)
        and day < cast(:tomorrow as date)
        and (cast(:rep as uuid) is null or rep_id = cast(:rep as uuid))
    union all
    select
        cast(date_trunc('month', closed_on) as date) as month,
        1 as won,
        coalesce(value, 0) as won_value
    from narrowed_deals(
        :shop_id,
        cast(:rep as uuid),
        cast(:territory as uuid),
        cast(:source as text),
        cast(:product as uuid)
    )
    where
        cast(:narrowed as boolean)
        and status = 'won'
        and closed_on >= (select min(month) from months)
        and closed_on < cast(:tomorrow as date)

),

won as (

    select
        month,
        sum(won) as won,
        sum(won_value) as won_value
    from closed
    group by month

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
order by
    rows.nth,
    rows.month

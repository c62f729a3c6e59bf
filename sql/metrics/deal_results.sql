-- For each sales rep: opportunities open now and what they are worth, and those won and lost in the period, with the
-- value won, win rate, average deal and days to the sale.
-- Whoever sells stands here with zeros if need be; whoever no longer sells only with opportunities. The name is null for
-- those that are nobody's. Rates and averages are null where there is nothing to divide by.
with

open_now as (

    select
        rep_id,
        sum(deals) as deals,
        sum(value) as value
    from open_sums(:shop_id, cast(:these as jsonb), by_rep => true)
    group by rep_id

),

ended as (

    select
        rep_id,
        sum(won) as won,
        sum(lost) as lost,
        sum(won_value) as won_value,
        sum(won_days) as won_days
    from closed_sums(:shop_id, cast(:these as jsonb), :since, :until, by_rep => true)
    group by rep_id

),

reps as (

    select
        staff_id,
        name,
        sells and is_active as sells_now
    from memberships
    where
        shop_id = :shop_id
        and (cast(:rep as uuid) is null or staff_id = cast(:rep as uuid))
    union all
    select
        '00000000-0000-0000-0000-000000000000',
        null,
        false
    where cast(:rep as uuid) is null

)

select
    nullif(reps.staff_id, '00000000-0000-0000-0000-000000000000') as rep_id,
    reps.name,
    cast(coalesce(open_now.deals, 0) as integer) as opportunities,
    coalesce(open_now.value, 0) as open_value,
    cast(coalesce(ended.won, 0) as integer) as won,
    cast(coalesce(ended.lost, 0) as integer) as lost,
    coalesce(ended.won_value, 0) as won_value,
    round(100.0 * ended.won / nullif(ended.won + ended.lost, 0), 4) as win_rate,
    round(ended.won_value / nullif(ended.won, 0), 2) as average_deal,
    round(1.0 * ended.won_days / nullif(ended.won, 0), 1) as sales_cycle
from reps
left join open_now on reps.staff_id = open_now.rep_id
left join ended on reps.staff_id = ended.rep_id
where
    reps.sells_now
    or open_now.deals > 0
    or ended.won > 0
    or ended.lost > 0
order by
    won_value desc,
    won desc,
    open_value desc,
    reps.name,
    reps.staff_id

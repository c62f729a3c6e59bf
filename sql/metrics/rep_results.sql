-- For each sales rep, in the period: customers whose visits they handled, these visits, their purchases and revenue, and
-- how many of those customers bought after the visit. Visits and sales are summed apart, so neither multiplies the other.
-- Whoever sells stands here with zeros if need be; whoever no longer sells only with results. `converted`: customers who
-- bought within the shop's conversion days of a visit the rep handled, whoever sold it; `visit_conversion` their share.
with

sums as (

    select
        rep_id,
        sum(visits) as visits,
        sum(purchases) as purchases,
        sum(revenue) as revenue
    from rep_days
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until
    group by rep_id

),

handled as (

    select
        rep_id,
        count(*) filter (where handled_after < :since) as customers,
        count(*) filter (where handled_and_bought_after < :since) as converted
    from visitor_days
    where
        shop_id = :shop_id
        and day >= :since
        and day < :until
        and rep_id is not null
    group by rep_id

)

select
    memberships.staff_id as rep_id,
    memberships.name,
    coalesce(handled.customers, 0) as customers,
    coalesce(sums.visits, 0) as visits,
    coalesce(sums.purchases, 0) as purchases,
    coalesce(sums.revenue, 0) as revenue,
    coalesce(handled.converted, 0) as converted,
    round(100.0 * handled.converted / nullif(handled.customers, 0), 4) as visit_conversion
from memberships
left join sums on memberships.staff_id = sums.rep_id
left join handled on memberships.staff_id = handled.rep_id
where
    memberships.shop_id = :shop_id
    and (
        (memberships.sells and memberships.is_active)
        or sums.visits <> 0
        or sums.purchases <> 0
        or sums.revenue <> 0
    )
order by
    purchases desc,
    visits desc,
    memberships.name,
    memberships.staff_id

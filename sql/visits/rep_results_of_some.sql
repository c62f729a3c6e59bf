-- What sql/metrics/rep_results.sql gives, of one sales rep alone, or of one product (null: any): visits at which it was
-- talked about, and what was sold of it, orders that hold it and the sums of its lines.
with

fitting as (

    select
        visits.handled_by as rep_id,
        visits.customer_id,
        visitor_days.day is not null as is_visitor,
        visitor_days.bought_after is not null as has_bought
    from visits
    left join visitor_days
        on
            visits.shop_id = visitor_days.shop_id
            and visits.customer_id = visitor_days.customer_id
            and visits.visited_on = visitor_days.day
    where
        visits.shop_id = :shop_id
        and visits.visited_on >= :since
        and visits.visited_on < :until
        and visits.handled_by is not null
        and (
            cast(:rep as uuid) is null
            or visits.handled_by = :rep
        )
        and (
            cast(:product as uuid) is null
            or exists (
                select 1
                from visit_products
                where
                    shop_id = :shop_id
                    and visit_id = visits.id
                    and product_id = :product
            )
        )

),

handled as (

    select
        rep_id,
        count(*) as visits,
        count(distinct customer_id) filter (where is_visitor) as customers,
        count(distinct customer_id) filter (where has_bought) as converted
    from fitting
    group by rep_id

),

sold as (

    select
        orders.rep_id,
        count(distinct orders.id) filter (where not orders.is_return) as purchases,
        case
            when cast(:product as uuid) is null then sum(orders.total)
            else sum(order_items.total)
        end as revenue
    from orders
    left join order_items
        on
            orders.shop_id = order_items.shop_id
            and orders.id = order_items.order_id
            and order_items.product_id = :product
    where
        orders.shop_id = :shop_id
        and orders.ordered_on >= :since
        and orders.ordered_on < :until
        and orders.status = 'completed'
        and orders.rep_id is not null
        and (
            cast(:rep as uuid) is null
            or orders.rep_id = :rep
        )
        and (
            cast(:product as uuid) is null
            or order_items.product_id is not null
        )
    group by orders.rep_id

)

select
    memberships.staff_id as rep_id,
    memberships.name,
    coalesce(handled.customers, 0) as customers,
    coalesce(handled.visits, 0) as visits,
    coalesce(sold.purchases, 0) as purchases,
    coalesce(sold.revenue, 0) as revenue,
    coalesce(handled.converted, 0) as converted,
    round(100.0 * handled.converted / nullif(handled.customers, 0), 4) as visit_conversion
from memberships
left join handled on memberships.staff_id = handled.rep_id
left join sold on memberships.staff_id = sold.rep_id
where
    memberships.shop_id = :shop_id
    and (
        cast(:rep as uuid) is null
        or memberships.staff_id = :rep
    )
    and (
        (memberships.sells and memberships.is_active)
        or handled.visits <> 0
        or sold.purchases <> 0
        or sold.revenue <> 0
    )
order by
    purchases desc,
    visits desc,
    memberships.name,
    memberships.staff_id

-- What refill reminders there have to be, read from the bills alone. The same view makes them, recounts them
-- (`regulars doctor`) and is the tests' oracle.

-- Every medicine of every bill that counts, with how long what was kept of it lasts (0 days: nobody said).
-- The same medicine is the same product or, where there is none on the line, the same name. Lines of one medicine on one
-- bill add up; of what came back the days go, the part of a day rounded down so that nobody runs out.
create view medicine_purchases with (security_invoker = true) as
select
    orders.shop_id,
    orders.customer_id,
    orders.id as order_id,
    orders.ordered_on as purchased_on,
    orders.ordered_at,
    coalesce(
        cast(order_items.product_id as text),
        name_key(coalesce(order_items.product_name, order_items.sku))
    ) as medicine_key,
    (array_agg(order_items.product_id order by order_items.position))[1] as product_id,
    (array_agg(coalesce(order_items.product_name, order_items.sku) order by order_items.position))[1] as medicine,
    sum(order_items.quantity - coalesce(back.pieces, 0)) as quantity,
    cast(
        least(
            coalesce(
                sum(
                    floor(
                        order_items.medicine_days * (order_items.quantity - coalesce(back.pieces, 0))
                        / order_items.quantity
                    )
                ),
                0
            ),
            3650
        ) as integer
    ) as days
from orders
inner join order_items
    on
        orders.shop_id = order_items.shop_id
        and orders.id = order_items.order_id
left join lateral (
    select -sum(items_back.quantity) as pieces
    from orders as returns
    inner join order_items as items_back
        on
            returns.shop_id = items_back.shop_id
            and returns.id = items_back.order_id
    where
        returns.shop_id = orders.shop_id
        and returns.returns_order_id = orders.id
        and returns.status = 'completed'
        and items_back.position = order_items.position
) as back on true
where
    orders.status = 'completed'
    and not orders.is_return
    and orders.customer_id is not null
    and order_items.quantity > coalesce(back.pieces, 0)
    and coalesce(order_items.product_name, order_items.sku) is not null
group by
    orders.shop_id,
    orders.customer_id,
    orders.id,
    orders.ordered_on,
    orders.ordered_at,
    medicine_key;

-- The reminder of each medicine that lasts for so many days, and the newer bill of the same medicine that did it.
create view refill_truth with (security_invoker = true) as
with

in_turn as (

    select
        *,
        lead(order_id) over of_medicine as refilled_by_order_id,
        lead(purchased_on) over of_medicine as refilled_on
    from medicine_purchases
    window of_medicine as (
        partition by shop_id, customer_id, medicine_key
        order by purchased_on, ordered_at, order_id
    )

),

-- so many days before it runs out, as the customer or else the shop wants it, and never before the purchase
wanted as (

    select
        in_turn.*,
        shop_settings.value as rules,
        greatest(
            in_turn.purchased_on,
            in_turn.purchased_on
            + in_turn.days
            - coalesce(refill_wishes.lead_days, cast(shop_settings.value ->> 'lead_days' as integer), 5)
        ) as wanted_on
    from in_turn
    left join shop_settings
        on
            in_turn.shop_id = shop_settings.shop_id
            and shop_settings.key = 'refills'
    left join refill_wishes
        on
            in_turn.shop_id = refill_wishes.shop_id
            and in_turn.customer_id = refill_wishes.customer_id
    where in_turn.days >= 1

)

-- a day on which the shop reminds nobody gives way to the last one before it on which it does, else to the next
select
    shop_id,
    customer_id,
    order_id,
    product_id,
    medicine,
    medicine_key,
    purchased_on,
    days,
    purchased_on + days as runs_out_on,
    refilled_by_order_id,
    refilled_on,
    case
        when
            rules is null
            or not (
                rules -> 'skipped_weekdays' @> to_jsonb(cast(extract(isodow from wanted_on) as integer))
                or rules -> 'holidays' @> to_jsonb(to_char(wanted_on, 'YYYY-MM-DD'))
            )
            then wanted_on
        else coalesce(
            (
                select wanted_on - step
                from generate_series(-62, 62) as step
                where
                    wanted_on - step >= purchased_on
                    and not (
                        rules -> 'skipped_weekdays' @> to_jsonb(cast(extract(isodow from wanted_on - step) as integer))
                        or rules -> 'holidays' @> to_jsonb(to_char(wanted_on - step, 'YYYY-MM-DD'))
                    )
                order by
                    step < 0,
                    abs(step)
                limit 1
            ),
            wanted_on
        )
    end as due_on
from wanted;

-- Of the days since a customer first bought a medicine in the period, the share on which they had it at hand.
-- Counted for each medicine of each customer who bought it on two days or more of the period, up to its last day or today:
-- the proportion of days covered (PDC) of the Pharmacy Quality Alliance. What was bought early is used after what was left
-- (early refills shifted forward), so no day counts twice.
with

-- A shop that sells no medicines has no bills read. In order, so that an index is asked for the first one.
purchases as (

    select
        medicine_purchases.customer_id,
        medicine_purchases.medicine_key,
        medicine_purchases.purchased_on,
        medicine_purchases.ordered_at,
        medicine_purchases.order_id,
        medicine_purchases.days
    from medicine_purchases
    inner join customers
        on
            medicine_purchases.shop_id = customers.shop_id
            and medicine_purchases.customer_id = customers.id
    where
        medicine_purchases.shop_id = :shop_id
        and medicine_purchases.days >= 1
        and medicine_purchases.purchased_on >= :since
        and medicine_purchases.purchased_on < :until
        and customers.hidden_at is null
        and (
            select order_id
            from order_items
            where
                shop_id = :shop_id
                and medicine_days is not null
            order by order_id
            limit 1
        ) is not null

),

-- used up on: the latest of every earlier purchase's day plus all that was bought from it on
supplied as (

    select
        *,
        sum(days) over so_far as days_so_far,
        purchased_on - cast('2000-01-01' as date) - coalesce(
            sum(days) over (
                partition by customer_id, medicine_key
                order by purchased_on, ordered_at, order_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as begins_at_least
    from purchases
    window so_far as (
        partition by customer_id, medicine_key
        order by purchased_on, ordered_at, order_id
    )

),

used as (

    select
        customer_id,
        medicine_key,
        purchased_on,
        days,
        cast('2000-01-01' as date) + cast(
            days_so_far + max(begins_at_least) over (
                partition by customer_id, medicine_key
                order by purchased_on, ordered_at, order_id
            ) as integer
        ) as used_up_on
    from supplied

),

-- the day after the last one that is looked at: the period's, but no day to come
measured as (

    select
        sum(
            greatest(least(used.used_up_on, least(:until, cast(:tomorrow as date))) - (used.used_up_on - used.days), 0)
        ) as covered,
        least(:until, cast(:tomorrow as date)) - min(used.purchased_on) as days
    from used
    group by
        used.customer_id,
        used.medicine_key
    having count(distinct used.purchased_on) >= 2

)

select
    coalesce(sum(covered), 0) as part,
    coalesce(sum(days), 0) as whole
from measured

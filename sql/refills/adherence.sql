-- Proportion of days covered, by medicine of a customer: of the days from the first purchase between two days to the last
-- of them, those for which the customer had the medicine. What was bought early is used after what was left (early refills
-- shifted forward), so no day counts twice. Only medicines bought on two days or more, as in the measure of the Pharmacy
-- Quality Alliance (PQA, "PDC").
with

purchases as (

    select
        medicine_key,
        medicine,
        purchased_on,
        ordered_at,
        order_id,
        days
    from medicine_purchases
    where
        shop_id = :shop_id
        and customer_id = cast(:customer_id as uuid)
        and days >= 1
        and purchased_on between cast(:since as date) and cast(:until as date)

),

-- used up on: the latest of every earlier purchase's day plus all that was bought from it on
supplied as (

    select
        *,
        sum(days) over so_far as days_so_far,
        purchased_on - cast('2000-01-01' as date) - coalesce(
            sum(days) over (
                partition by medicine_key
                order by purchased_on, ordered_at, order_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as begins_at_least
    from purchases
    window so_far as (
        partition by medicine_key
        order by purchased_on, ordered_at, order_id
    )

),

used as (

    select
        medicine_key,
        medicine,
        purchased_on,
        days,
        cast('2000-01-01' as date) + cast(
            days_so_far + max(begins_at_least) over (
                partition by medicine_key
                order by purchased_on, ordered_at, order_id
            ) as integer
        ) as used_up_on
    from supplied

)

select
    medicine_key,
    (array_agg(medicine order by purchased_on desc))[1] as medicine,
    count(*) as purchases,
    min(purchased_on) as first_on,
    max(purchased_on) as last_on,
    max(used_up_on) as used_up_on,
    sum(greatest(least(used_up_on, cast(:until as date) + 1) - (used_up_on - days), 0)) as part,
    cast(:until as date) + 1 - min(purchased_on) as whole
from used
group by medicine_key
having count(distinct purchased_on) >= 2
order by
    medicine,
    medicine_key

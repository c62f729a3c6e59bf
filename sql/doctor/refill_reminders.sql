-- Refill reminders that are not what the bills say: missing, without a bill, or otherwise than it. Only of a shop that has
-- them; the day of one that is over stays as it was.
with

differences as (

    select
        coalesce(refill_truth.order_id, refill_reminders.order_id) as order_id,
        coalesce(refill_truth.medicine_key, refill_reminders.medicine_key) as medicine_key,
        case
            when refill_reminders.id is null then 'is missing'
            when refill_truth.order_id is null then 'has no bill'
            when refill_reminders.cancelled_at is not null then 'is cancelled, its bill is not'
        end as state,
        case
            when refill_truth.customer_id <> refill_reminders.customer_id then 'of another customer'
        end as customer,
        refill_reminders.days - refill_truth.days as days,
        refill_reminders.purchased_on - refill_truth.purchased_on as purchased_on,
        case
            when refill_reminders.status = 'due' then refill_reminders.due_on - refill_truth.due_on
        end as due_on,
        case
            when refill_reminders.refilled_by_order_id is distinct from refill_truth.refilled_by_order_id
                then 'another than it says'
        end as refilled_by
    from (select * from refill_truth where shop_id = :shop_id) as refill_truth
    full join (select * from refill_reminders where shop_id = :shop_id) as refill_reminders
        on
            refill_truth.order_id = refill_reminders.order_id
            and refill_truth.medicine_key = refill_reminders.medicine_key
    where
        refill_reminders.cancelled_at is null
        or refill_truth.order_id is not null

)

select
    order_id || ' ' || medicine_key as subject,
    state,
    customer,
    days,
    purchased_on,
    due_on,
    refilled_by,
    count(*) over () as found
from differences
where
    exists (
        select 1
        from shops
        where
            shops.id = :shop_id
            and 'refills' = any(shops.modules)
    )
    and (
        state is not null
        or customer is not null
        or days <> 0
        or purchased_on <> 0
        or due_on <> 0
        or refilled_by is not null
    )
order by
    order_id,
    medicine_key
limit :most

-- Visits that are counted among those of their customer in another way than a recount says: what is stored, and not true.
with

stored as (

    select
        customer_id,
        day,
        rep_id,
        visited_after,
        returned_after,
        interested_after,
        quoted_after,
        purchased_after,
        bought_after,
        handled_after,
        handled_and_bought_after
    from visitor_days
    where shop_id = :shop_id

),

truth as (

    select
        customer_id,
        day,
        rep_id,
        visited_after,
        returned_after,
        interested_after,
        quoted_after,
        purchased_after,
        bought_after,
        handled_after,
        handled_and_bought_after
    from visitor_day_truth
    where shop_id = :shop_id

),

differences as (

    select
        coalesce(stored.customer_id, truth.customer_id) as customer_id,
        coalesce(stored.day, truth.day) as day,
        case
            when stored.day is null then 'is missing'
            when truth.day is null then 'is stored, not true'
            else 'is counted wrongly'
        end as counted
    from stored
    full join truth
        on
            stored.customer_id = truth.customer_id
            and stored.day = truth.day
    where stored is distinct from truth

)

select
    concat_ws(' of customer ', day, customer_id) as subject,
    count(*) over () as found,
    counted
from differences
order by
    day,
    customer_id
limit :most

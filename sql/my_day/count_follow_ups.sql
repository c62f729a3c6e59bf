-- How many open follow-ups a work list holds between two days, both included, counted up to so many: those of a person
-- and those for whoever comes first, or, for no person, those of the whole team. As sql/my_day/follow_ups.sql lists them.
with

own as (

    select follow_ups.customer_id
    from follow_ups
    where
        follow_ups.shop_id = :shop_id
        and follow_ups.assigned_to = cast(:staff_id as uuid)
        and follow_ups.closed_at is null
        and follow_ups.due_on between cast(:since as date) and cast(:until as date)

),

of_nobody as (

    select follow_ups.customer_id
    from follow_ups
    where
        follow_ups.shop_id = :shop_id
        and cast(:staff_id as uuid) is not null
        and follow_ups.assigned_to is null
        and follow_ups.closed_at is null
        and follow_ups.due_on between cast(:since as date) and cast(:until as date)

),

of_team as (

    select follow_ups.customer_id
    from follow_ups
    where
        follow_ups.shop_id = :shop_id
        and cast(:staff_id as uuid) is null
        and follow_ups.closed_at is null
        and follow_ups.due_on between cast(:since as date) and cast(:until as date)

),

listed as (

    select * from own
    union all
    select * from of_nobody
    union all
    select * from of_team

),

counted as (

    select 1
    from listed
    left join customers
        on
            customers.shop_id = :shop_id
            and listed.customer_id = customers.id
    where customers.hidden_at is null
    limit :most

)

select count(*) as found from counted

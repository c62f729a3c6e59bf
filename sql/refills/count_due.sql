-- How many customers are to be reminded between two days, as sql/refills/due_customers.sql lists them, up to so many.
with

counted as (

    select 1
    from refills_to_remind
    where
        shop_id = :shop_id
        and first_due_on between cast(:since as date) and cast(:until as date)
        and (
            cast(:staff_id as uuid) is null
            or rep_id is null
            or rep_id = cast(:staff_id as uuid)
        )
        and (
            paused_on is null
            or paused_until <= cast(:today as date)
        )
    limit :most

)

select count(*) as found from counted

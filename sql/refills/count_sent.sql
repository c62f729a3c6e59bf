-- How many customers were reminded and have not bought since, up to so many.
with

counted as (

    select distinct refill_reminders.customer_id
    from refill_reminders
    inner join customers
        on
            refill_reminders.shop_id = customers.shop_id
            and refill_reminders.customer_id = customers.id
    where
        refill_reminders.shop_id = :shop_id
        and refill_reminders.status = 'sent'
        and customers.hidden_at is null
    limit :most

)

select count(*) as found from counted

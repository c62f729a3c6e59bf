-- Reminders of some customers of one status up to a day, the first that is due first, with who the customer is.
select
    refill_reminders.id,
    refill_reminders.customer_id,
    refill_reminders.order_id,
    refill_reminders.medicine,
    refill_reminders.medicine_key,
    refill_reminders.purchased_on,
    refill_reminders.days,
    refill_reminders.runs_out_on,
    refill_reminders.due_on,
    refill_reminders.status,
    refill_reminders.message_id,
    refill_reminders.sent_channel,
    refill_reminders.sent_at,
    refill_reminders.sent_on,
    refill_reminders.response,
    refill_reminders.response_at,
    memberships.name as sent_by,
    coalesce(customers.name, customers.company_name) as customer_name,
    customers.phone,
    customers.generic_preference,
    refill_wishes.channel as wished_channel
from refill_reminders
inner join customers
    on
        refill_reminders.shop_id = customers.shop_id
        and refill_reminders.customer_id = customers.id
left join refill_wishes
    on
        refill_reminders.shop_id = refill_wishes.shop_id
        and refill_reminders.customer_id = refill_wishes.customer_id
left join memberships
    on
        refill_reminders.shop_id = memberships.shop_id
        and refill_reminders.sent_by = memberships.staff_id
where
    refill_reminders.shop_id = :shop_id
    and refill_reminders.customer_id = any(cast(:customer_ids as uuid []))
    and refill_reminders.status = :status
    and refill_reminders.due_on <= cast(:until as date)
order by
    refill_reminders.due_on,
    refill_reminders.medicine,
    refill_reminders.id

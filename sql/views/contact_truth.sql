-- What is kept of each contact's talk, and what conversions are worth, as readable queries over the raw rows.

-- How often somebody was in touch with a contact, and when last.
create view contact_truth with (security_invoker = true) as
select
    contacts.shop_id,
    contacts.id as contact_id,
    cast(count(interactions.id) as integer) as touches,
    max(interactions.happened_at) as last_touched_at
from contacts
left join interactions
    on
        contacts.shop_id = interactions.shop_id
        and contacts.id = interactions.contact_id
group by
    contacts.shop_id,
    contacts.id;

-- The conversions that still stand, and what each brought in: the converting order as it says now. One that was
-- cancelled, or went to somebody else since, brings in nothing, though the contact stays converted.
create view conversion_truth with (security_invoker = true) as
select
    contacts.shop_id,
    contacts.id as contact_id,
    orders.id as order_id,
    orders.total as value
from contacts
inner join orders
    on
        contacts.shop_id = orders.shop_id
        and contacts.converted_order_id = orders.id
        and contacts.customer_id = orders.customer_id
where
    orders.status = 'completed'
    and not orders.is_return;

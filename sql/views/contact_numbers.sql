-- By which numbers each contact is found: its own; and each of its others, unless that is another contact's own, several
-- contacts have it (a switchboard tells nobody apart), or the contact is a customer by now and another customer has it.
-- For files, which ask for many numbers at once; contact_of_phone says the same of one.
create view contact_numbers with (security_invoker = true) as
with

others as (

    select distinct
        shop_id,
        id as contact_id,
        customer_id,
        unnest(other_phones) as phone
    from contacts
    where other_phones <> '{}'

),

counted as (

    select
        shop_id,
        phone,
        contact_id,
        customer_id,
        count(*) over (partition by shop_id, phone) as contacts
    from others

)

select
    shop_id,
    phone,
    id as contact_id
from contacts
union all
select
    counted.shop_id,
    counted.phone,
    counted.contact_id
from counted
left join contacts as called
    on
        counted.shop_id = called.shop_id
        and counted.phone = called.phone
left join customers
    on
        counted.shop_id = customers.shop_id
        and counted.phone = customers.phone
        and counted.customer_id <> customers.id
        and customers.hidden_at is null
where
    counted.contacts = 1
    and called.id is null
    and customers.id is null;

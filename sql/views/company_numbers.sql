-- By which numbers a company is found beside its own: those of its people who have not left.
create view company_numbers with (security_invoker = true) as
select
    phones.shop_id,
    phones.number as phone,
    customers.id as customer_id
from phones
inner join contact_people
    on
        phones.shop_id = contact_people.shop_id
        and phones.contact_person_id = contact_people.id
inner join customers
    on
        contact_people.shop_id = customers.shop_id
        and contact_people.customer_id = customers.id
where
    contact_people.left_on is null
    and customers.hidden_at is null;

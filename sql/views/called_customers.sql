-- What customers are called, for files that name them and nothing else: by name, else by company, and by the key that all
-- spellings share, letters and digits alone. Whoever is hidden is not called.
create view called_customers with (security_invoker = true) as
select
    customers.shop_id,
    customers.id,
    coalesce(customers.name, customers.company_name) as called,
    letter_key(coalesce(customers.name, customers.company_name)) as key,
    companies.customer_id is not null as is_company,
    customers.name,
    customers.phone,
    customers.external_ref
from customers
left join companies
    on
        customers.shop_id = companies.shop_id
        and customers.id = companies.customer_id
where customers.hidden_at is null;

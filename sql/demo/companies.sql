-- What is known of companies among the customers of a demo shop.
insert into companies (shop_id, customer_id, website, employees, annual_revenue, created_at, updated_at)
select
    :shop_id,
    given.customer_id,
    given.website,
    given.employees,
    given.annual_revenue,
    given.at,
    given.at
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    customer_id uuid,
    website text,
    employees integer,
    annual_revenue numeric,
    at timestamptz
)
on conflict do nothing

-- The companies among them, each with what is known of it as one; an empty cell erases nothing.
insert into companies (
    shop_id, customer_id, website, employees, annual_revenue, tax_number, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    sheet_customers.customer_id,
    sheet_rows.website,
    sheet_rows.employees,
    sheet_rows.annual_revenue,
    sheet_rows.tax_number,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_rows
inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
where
    sheet_customers.state in ('new', 'changed')
    and sheet_rows.is_company = 'yes'
order by sheet_rows.row_number
on conflict (shop_id, customer_id) do update set
    website = coalesce(excluded.website, companies.website),
    employees = coalesce(excluded.employees, companies.employees),
    annual_revenue = coalesce(excluded.annual_revenue, companies.annual_revenue),
    tax_number = coalesce(excluded.tax_number, companies.tax_number),
    updated_at = excluded.updated_at,
    updated_by = excluded.updated_by

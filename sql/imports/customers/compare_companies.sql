-- Whoever becomes a company, or is one of which the file says something else, has changed too.
update sheet_customers
set state = 'changed'
from sheet_rows
left join sheet_customers as said on sheet_rows.row_number = said.row_number
left join companies
    on
        companies.shop_id = :shop_id
        and said.customer_id = companies.customer_id
where
    sheet_customers.row_number = sheet_rows.row_number
    and sheet_customers.state = 'known'
    and sheet_rows.is_company = 'yes'
    and (
        companies.customer_id is null
        or companies.website is distinct from coalesce(sheet_rows.website, companies.website)
        or companies.employees is distinct from coalesce(sheet_rows.employees, companies.employees)
        or companies.annual_revenue is distinct from coalesce(sheet_rows.annual_revenue, companies.annual_revenue)
        or companies.tax_number is distinct from coalesce(sheet_rows.tax_number, companies.tax_number)
    )

-- A row that names a company and no person is about the company. Whoever has what only companies have is one too.
update sheet_rows
set
    name = case when named.by_company then named.company else named.name end,
    company = case when not named.by_company then named.company end,
    is_company = case
        when named.by_company or num_nonnulls(named.website, named.employees, named.annual_revenue, named.tax_number) > 0 then 'yes'
        else named.is_company
    end,
    called_by_company = named.by_company,
    company_key = case
        when named.by_company or named.is_company = 'yes' then nullif(letter_key(coalesce(named.name, named.company)), '')
    end,
    company_written = coalesce(named.name, named.company)
from (
    select
        *,
        name is null and company is not null and is_company is distinct from 'no' as by_company
    from sheet_rows
    where refused_reason is null
) as named
where sheet_rows.row_number = named.row_number

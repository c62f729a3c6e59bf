-- Companies that the file spells otherwise than they are called here: as written, as called, in how many rows.
select
    'company' as kind,
    sheet_rows.company_written as written,
    sheet_rows.company_called as called,
    count(*) as rows
from sheet_rows
inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
where
    sheet_customers.state <> 'refused'
    and name_key(sheet_rows.company_written) <> name_key(sheet_rows.company_called)
group by
    sheet_rows.company_written,
    sheet_rows.company_called
order by
    rows desc,
    written

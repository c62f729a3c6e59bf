-- Products that the file spells otherwise than they are called here: as written, as called, in how many rows.
select
    'product' as kind,
    sheet_rows.written,
    sheet_rows.name as called,
    count(*) as rows
from sheet_rows
inner join sheet_products on sheet_rows.row_number = sheet_products.row_number
where
    sheet_rows.product_id is not null
    and sheet_products.state <> 'refused'
group by
    sheet_rows.written,
    sheet_rows.name
order by
    rows desc,
    sheet_rows.written

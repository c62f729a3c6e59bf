-- Products of the file that are spelt otherwise than they are called here: as written, as called, in how many rows.
select
    sheet_rows.product as written,
    sheet_meanings.called,
    count(*) as rows
from sheet_rows
inner join sheet_meanings
    on
        sheet_meanings.kind = 'product'
        and sheet_meanings.key = lower(regexp_replace(sheet_rows.product, '[^[:alnum:]]', '', 'g'))
where sheet_rows.product <> sheet_meanings.called
group by
    sheet_rows.product,
    sheet_meanings.called
order by
    rows desc,
    written
limit 20

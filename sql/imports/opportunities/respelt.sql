-- Products or accounts of the file that are spelt otherwise than they are called here: as written, as called, in how many
-- rows. Capitals and blanks are no other spelling.
select
    named.kind,
    named.written,
    sheet_meanings.called,
    count(*) as rows
from sheet_rows
cross join lateral (
    values
    ('product', sheet_rows.product, sheet_rows.product_key),
    ('customer', sheet_rows.customer, sheet_rows.customer_key)
) as named (kind, written, key)
inner join sheet_meanings
    on
        named.kind = sheet_meanings.kind
        and named.key = sheet_meanings.key
where
    named.written <> sheet_meanings.called
    and name_key(named.written) <> name_key(sheet_meanings.called)
group by
    named.kind,
    named.written,
    sheet_meanings.called
order by
    rows desc,
    named.written

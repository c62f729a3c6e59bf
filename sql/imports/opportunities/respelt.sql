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
    ('product', sheet_rows.product),
    ('customer', sheet_rows.customer)
) as named (kind, written)
inner join sheet_meanings
    on
        named.kind = sheet_meanings.kind
        and sheet_meanings.key = lower(regexp_replace(named.written, '[^[:alnum:]]', '', 'g'))
where
    lower(named.written) <> lower(sheet_meanings.called)
group by
    named.kind,
    named.written,
    sheet_meanings.called
order by
    rows desc,
    named.written

-- Every stage, account, product and reason the file names, as it is written most often.
with

words as (

    select
        row_number,
        named.kind,
        named.word,
        named.key
    from sheet_rows
    cross join lateral (
        values
        ('stage', sheet_rows.stage, lower(regexp_replace(sheet_rows.stage, '[^[:alnum:]]', '', 'g'))),
        ('customer', sheet_rows.customer, lower(regexp_replace(sheet_rows.customer, '[^[:alnum:]]', '', 'g'))),
        ('product', sheet_rows.product, lower(regexp_replace(sheet_rows.product, '[^[:alnum:]]', '', 'g'))),
        ('reason', sheet_rows.reason, lower(sheet_rows.reason))
    ) as named (kind, word, key)
    where named.key <> ''

)

insert into sheet_meanings (kind, key, word, first_row)
select
    kind,
    key,
    mode() within group (order by word),
    min(row_number)
from words
group by
    kind,
    key

-- Every stage, account, product and reason that rows of use name, as it is written most often.
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
        ('stage', sheet_rows.stage, sheet_rows.stage_key),
        ('customer', sheet_rows.customer, sheet_rows.customer_key),
        ('product', sheet_rows.product, sheet_rows.product_key),
        ('reason', sheet_rows.reason, lower(sheet_rows.reason))
    ) as named (kind, word, key)
    where
        sheet_rows.refused_reason is null
        and named.key <> ''

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

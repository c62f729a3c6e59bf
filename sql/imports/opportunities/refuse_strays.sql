-- Rows that are no opportunity whatever their words mean, such as the lines below a report, and its sums. They are refused
-- before their words are taken for stages, accounts and people.
with

named as (

    select
        row_number,
        num_nonnulls(ref, name, customer, product) as names,
        num_nonnulls(stage, status, created_on, closed_on, expected_close_on) > 0 as says_where_it_stands,
        rep is not null as says_rep,
        lower(trim(both ' :' from coalesce(rep, name, customer, ref, product))) as first_word
    from sheet_rows
    where refused_reason is null

),

strays as (

    select
        row_number,
        names = 0 as says_nothing
    from named
    where
        names = 0
        or (
            not says_where_it_stands
            and (names = 1 or says_rep)
            and first_word in (
                'total', 'totals', 'grand total', 'grand totals', 'subtotal', 'sum', 'count', 'summe', 'gesamt'
            )
        )

)

update sheet_rows
set refused_reason = case
    when strays.says_nothing
        then 'The row names no opportunity; it needs a reference, a name, a customer or a product.'
    else 'The row is a sum of other rows, and no opportunity.'
end
from strays
where sheet_rows.row_number = strays.row_number

-- Whether every order of the file is new or changed.
select not exists (
    select 1
    from sheet_orders
    where state not in ('new', 'changed')
) and not exists (
    select 1
    from sheet_lines
    where refused_reason is not null
)

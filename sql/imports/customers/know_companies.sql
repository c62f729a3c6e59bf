-- Which customer a row about a company means: the one with its phone or reference, else the one of its name, letters and
-- digits alone, that has no other phone or reference: of several called so, the one that is spelt alike, then the one that is
-- a company; where that leaves several, none. A company that is not on file is one too, however the rows of the file spell
-- it. What is on file keeps its spelling.
with

named as (

    select
        sheet_rows.row_number,
        sheet_rows.name,
        sheet_rows.phone,
        sheet_rows.ref,
        sheet_rows.company_key,
        coalesce(by_phone.id, by_ref.id) as told_id
    from sheet_rows
    left join customers as by_phone
        on
            by_phone.shop_id = :shop_id
            and sheet_rows.phone = by_phone.phone
            and by_phone.hidden_at is null
    left join customers as by_ref
        on
            by_ref.shop_id = :shop_id
            and sheet_rows.ref = by_ref.external_ref
            and by_ref.hidden_at is null
    where
        sheet_rows.refused_reason is null
        and sheet_rows.company_key is not null

),

ranked as (

    select
        named.row_number,
        called.id,
        called.name,
        called.called,
        rank() over (
            partition by named.row_number
            order by
                name_key(called.called) = name_key(named.name) desc,
                called.is_company desc
        ) as place
    from named
    inner join called_customers as called
        on
            called.shop_id = :shop_id
            and named.company_key = called.key
            and (
                named.told_id = called.id
                or (
                    named.told_id is null
                    and (named.phone is null or called.phone is null)
                    and (named.ref is null or called.external_ref is null)
                )
            )

),

likeliest as (

    select
        row_number,
        count(*) as customers,
        min(cast(id as text)) as id,
        min(name) as name,
        min(called) as called
    from ranked
    where place = 1
    group by row_number

),

not_on_file as (

    select
        named.row_number,
        named.phone is null and named.ref is null as is_bare,
        first_value(named.row_number) over of_this_name as first_row,
        first_value(named.name) over of_this_name as first_name,
        first_value(named.phone is null and named.ref is null) over of_this_name as first_is_bare
    from named
    left join likeliest on named.row_number = likeliest.row_number
    where
        named.told_id is null
        and likeliest.row_number is null
    window of_this_name as (partition by named.company_key order by named.row_number)

)

update sheet_rows
set
    name = case when likeliest.customers = 1 then likeliest.name else coalesce(first_of_file.first_name, sheet_rows.name) end,
    company_called = case when likeliest.customers = 1 then likeliest.called else first_of_file.first_name end,
    company_id = case when likeliest.customers = 1 then cast(likeliest.id as uuid) end,
    company_first_row = first_of_file.first_row,
    is_one_of_several = coalesce(likeliest.customers > 1, false)
from named
left join likeliest on named.row_number = likeliest.row_number
left join not_on_file as first_of_file
    on
        named.row_number = first_of_file.row_number
        and (first_of_file.is_bare or first_of_file.first_is_bare)
where sheet_rows.row_number = named.row_number

-- A line without an order number is an order of its own. Its number is made from what it says, so that the same file
-- read again makes the same numbers; of lines that say the same, the second gets -2, the third -3.
with

lines as (

    select
        *,
        md5(
            concat_ws(
                '|', ordered_at, phone, ref, email, name, product, sku, category, trim_scale(quantity), trim_scale(unit_price),
                trim_scale(line_total), trim_scale(total), status, payment_method
            )
        ) as content
    from sheet_lines
    where
        order_number is null
        and refused_reason is null

),

numbered as (

    select
        *,
        row_number() over (partition by content order by row_number) as nth_alike,
        round(coalesce(total, line_total, coalesce(quantity, 1) * unit_price), 2) as order_total
    from lines

),

judged as (

    select
        *,
        case
            when ordered_on is null then 'no date'
            when order_total is null then 'no amount'
            when
                greatest(abs(order_total), abs(coalesce(line_total, quantity * unit_price)), abs(quantity)) > 99999999.99
                then 'absurd'
        end as fault
    from numbered

)

insert into sheet_orders (
    first_row, lines, order_id, number, ordered_at, ordered_on, phone, phone_typed, ref, name, email, status,
    payment_method, rep_id, link, total, quantity, buyer, state, refused_column, refused_value, refused_reason
)
select
    row_number,
    1,
    cast(:id_start || lpad(to_hex(row_number), 8, '0') as uuid),
    to_char(ordered_on, 'YYMMDD') || '-' || substr(content, 1, 12)
        || case when nth_alike > 1 then '-' || nth_alike else '' end,
    ordered_at,
    ordered_on,
    phone,
    phone_typed,
    ref,
    name,
    email,
    status,
    payment_method,
    rep_id,
    link,
    order_total,
    coalesce(quantity, case when order_total < 0 then -1 else 1 end),
    case
        when coalesce(phone, ref, email) is not null
            then concat_ws(' ', coalesce(phone, '-'), coalesce(ref, '-'), coalesce(email, '-'))
    end,
    case when fault is null then 'new' else 'refused' end,
    case fault when 'no date' then 'ordered_at' end,
    null,
    case fault
        when 'no date' then 'The date is missing.'
        when 'no amount' then 'The amount is missing; an order needs a total, or a price.'
        when 'absurd' then 'The row holds an amount or a quantity above 99,999,999.99; check it.'
    end
from judged

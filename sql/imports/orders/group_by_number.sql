-- Lines that name their order become one order a number. An order that contradicts itself is refused here, whole.
with

grouped as (

    select
        order_number,
        cast(count(*) as integer) as lines,
        min(row_number) as first_row,
        max(row_number) - min(row_number) + 1 = count(*) as in_one_block,
        min(ordered_at) as ordered_at,
        min(ordered_on) as ordered_on,
        max(ordered_on) as last_on,
        min(phone) as phone,
        max(phone) as other_phone,
        min(phone_typed) as phone_typed,
        min(ref) as ref,
        max(ref) as other_ref,
        min(name) as name,
        min(email) as email,
        min(status) as status,
        max(status) as other_status,
        min(payment_method) as payment_method,
        min(cast(rep_id as text)) as rep_id,
        min(link) as link,
        min(total) as total,
        max(total) as other_total,
        sum(coalesce(line_total, coalesce(quantity, 1) * unit_price)) as lines_total,
        max(abs(coalesce(line_total, coalesce(quantity, 1) * unit_price))) as largest_line,
        count(coalesce(line_total, unit_price)) as lines_with_amount,
        sum(coalesce(quantity, case when coalesce(line_total, unit_price) < 0 then -1 else 1 end)) as quantity,
        count(quantity) as lines_with_quantity,
        min(row_number) filter (where refused_reason is not null) as refused_row
    from sheet_lines
    where order_number is not null
    group by order_number

),

summed as (

    select
        *,
        round(coalesce(total, case when lines_with_amount = lines then lines_total end), 2) as order_total
    from grouped

),

judged as (

    select
        *,
        case
            when refused_row is not null then 'half'
            when ordered_on is null then 'no date'
            when last_on <> ordered_on then 'two dates'
            when other_phone <> phone then 'two phones'
            when other_ref <> ref then 'two refs'
            when other_total <> total then 'two totals'
            when other_status <> status then 'two statuses'
            when order_total is null then 'no amount'
            when greatest(abs(order_total), largest_line, abs(quantity)) > 99999999.99 then 'absurd'
        end as fault
    from summed

)

insert into sheet_orders (
    first_row, order_number, lines, in_one_block, order_id, number, ordered_at, ordered_on, phone, phone_typed, ref, name, email,
    status, payment_method, rep_id, link, total, quantity, buyer, state, refused_column, refused_value, refused_reason
)
select
    first_row,
    order_number,
    lines,
    in_one_block,
    cast(:id_start || lpad(to_hex(first_row), 8, '0') as uuid),
    order_number,
    ordered_at,
    ordered_on,
    phone,
    phone_typed,
    ref,
    name,
    email,
    status,
    payment_method,
    cast(rep_id as uuid),
    link,
    order_total,
    case when lines_with_quantity > 0 or total is null then quantity when total < 0 then -1 else 1 end,
    case
        when coalesce(phone, ref, email) is not null
            then concat_ws(' ', coalesce(phone, '-'), coalesce(ref, '-'), coalesce(email, '-'))
    end,
    case when fault is null then 'new' else 'refused' end,
    case
        when fault in ('no date', 'two dates') then 'ordered_at'
        when fault = 'two phones' then 'customer_phone'
        when fault = 'two refs' then 'customer_ref'
        when fault = 'two totals' then 'total'
        when fault = 'two statuses' then 'status'
    end,
    case fault
        when 'two dates' then cast(last_on as text)
        when 'two phones' then other_phone
        when 'two refs' then other_ref
        when 'two totals' then cast(other_total as text)
        when 'two statuses' then other_status
    end,
    case fault
        when 'half'
            then format('Row %s of this order (%s) is refused, and half an order would be wrong.', refused_row, order_number)
        when 'no date' then 'The date is missing.'
        when 'two dates'
            then format('Order %s has two dates, %s and %s; one order has one day.', order_number, ordered_on, last_on)
        when 'two phones'
            then format('Order %s has two customers, %s and %s; one order has one.', order_number, phone, other_phone)
        when 'two refs'
            then format('Order %s has two customers, %s and %s; one order has one.', order_number, ref, other_ref)
        when 'two totals'
            then format(
                'Order %s has two totals, %s and %s; if these are the amounts of its lines, match the column as line_total.',
                order_number, total, other_total
            )
        when 'two statuses'
            then format('Order %s is both %s and %s; one order has one status.', order_number, status, other_status)
        when 'no amount' then 'The amount is missing; an order needs a total, or a price on every line.'
        when 'absurd'
            then format('Order %s holds an amount or a quantity above 99,999,999.99; check its lines.', order_number)
    end
from judged

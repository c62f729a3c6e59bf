-- The lines of orders that are not refused, each with its order and its place in it. A line's place is its distance from
-- the order's first row where they stand together, else it is counted.
create temporary view sheet_items as
with

lines as (

    select
        *,
        case
            when sku is not null then 'code ' || sku
            when product is not null then 'name ' || product
        end as product_key
    from sheet_lines

)

select
    sheet_orders.order_id,
    sheet_orders.state,
    sheet_orders.lines as lines_of_order,
    sheet_orders.total as order_total,
    lines.row_number - sheet_orders.first_row + 1 as position,
    lines.*
from lines
inner join sheet_orders on lines.order_number = sheet_orders.order_number
where
    sheet_orders.in_one_block
    and sheet_orders.state <> 'refused'
union all
select
    sheet_orders.order_id,
    sheet_orders.state,
    sheet_orders.lines,
    sheet_orders.total,
    row_number() over (partition by lines.order_number order by lines.row_number),
    lines.*
from lines
inner join sheet_orders on lines.order_number = sheet_orders.order_number
where
    not sheet_orders.in_one_block
    and sheet_orders.state <> 'refused'
union all
select
    sheet_orders.order_id,
    sheet_orders.state,
    sheet_orders.lines,
    sheet_orders.total,
    1,
    lines.*
from lines
inner join sheet_orders on lines.row_number = sheet_orders.first_row
where
    lines.order_number is null
    and sheet_orders.order_number is null
    and sheet_orders.state <> 'refused'

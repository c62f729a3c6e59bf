-- The lines of orders that are not refused, each with its order and its place in it. A line's place is its distance from
-- the order's first row where they stand together, else it is counted.
create temporary view sheet_items as
select
    sheet_orders.order_id,
    sheet_orders.state,
    sheet_orders.lines as lines_of_order,
    sheet_orders.total as order_total,
    sheet_lines.row_number - sheet_orders.first_row + 1 as position,
    sheet_lines.*
from sheet_lines
inner join sheet_orders on sheet_lines.order_number = sheet_orders.order_number
where
    sheet_orders.in_one_block
    and sheet_orders.state <> 'refused'
union all
select
    sheet_orders.order_id,
    sheet_orders.state,
    sheet_orders.lines,
    sheet_orders.total,
    cast(row_number() over (partition by sheet_lines.order_number order by sheet_lines.row_number) as integer),
    sheet_lines.*
from sheet_lines
inner join sheet_orders on sheet_lines.order_number = sheet_orders.order_number
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
    sheet_lines.*
from sheet_lines
inner join sheet_orders on sheet_lines.row_number = sheet_orders.first_row
where
    sheet_lines.order_number is null
    and sheet_orders.order_number is null
    and sheet_orders.state <> 'refused'

-- Every refused line, by row: what is wrong with the line itself, else with its order.
insert into sheet_refused (row_number, field, value, reason)
select
    sheet_lines.row_number,
    coalesce(sheet_lines.refused_column, sheet_orders.refused_column),
    coalesce(sheet_lines.refused_value, sheet_orders.refused_value),
    coalesce(sheet_lines.refused_reason, sheet_orders.refused_reason)
from sheet_lines
left join sheet_orders
    on
        sheet_lines.order_number = sheet_orders.order_number
        and sheet_orders.state = 'refused'
where
    sheet_lines.refused_reason is not null
    or sheet_orders.refused_reason is not null
union all
select
    sheet_lines.row_number,
    sheet_orders.refused_column,
    sheet_orders.refused_value,
    sheet_orders.refused_reason
from sheet_orders
inner join sheet_lines on sheet_orders.first_row = sheet_lines.row_number
where
    sheet_orders.order_number is null
    and sheet_orders.state = 'refused'

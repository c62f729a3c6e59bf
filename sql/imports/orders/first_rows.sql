-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_lines.order_number,
    cast(sheet_lines.ordered_at as text) as ordered_at,
    sheet_lines.phone as customer_phone,
    sheet_lines.ref as customer_ref,
    sheet_lines.name as customer_name,
    sheet_lines.email as customer_email,
    sheet_lines.product,
    sheet_lines.sku,
    sheet_lines.category,
    cast(sheet_lines.quantity as text) as quantity,
    cast(sheet_lines.unit_price as text) as unit_price,
    cast(sheet_lines.line_total as text) as line_total,
    cast(sheet_lines.total as text) as total,
    sheet_lines.status,
    sheet_lines.payment_method,
    memberships.name as sales_rep,
    sheet_lines.link,
    cast(sheet_lines.medicine_days as text) as medicine_days
from sheet_lines
left join memberships
    on
        memberships.shop_id = :shop_id
        and sheet_lines.rep_id = memberships.staff_id
where
    sheet_lines.refused_reason is null
    and not exists (
        select 1
        from sheet_orders
        where
            sheet_orders.state = 'refused'
            and sheet_orders.order_number = sheet_lines.order_number
    )
    and not exists (
        select 1
        from sheet_orders
        where
            sheet_orders.state = 'refused'
            and sheet_orders.first_row = sheet_lines.row_number
    )
order by sheet_lines.row_number
limit 10

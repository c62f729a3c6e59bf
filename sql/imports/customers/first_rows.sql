-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_rows.phone,
    sheet_rows.ref,
    sheet_rows.name,
    sheet_rows.email,
    concat_ws('/', sheet_rows.birth_day, sheet_rows.birth_month, sheet_rows.birth_year) as birthday,
    sheet_rows.address,
    sheet_rows.city,
    sheet_rows.category,
    sheet_rows.source,
    replace(sheet_rows.tags, ';', ', ') as tags,
    sheet_rows.notes,
    memberships.name as sales_rep
from sheet_rows
left join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
left join memberships
    on
        memberships.shop_id = :shop_id
        and sheet_rows.rep_id = memberships.staff_id
where
    sheet_rows.refused_reason is null
    and sheet_customers.refused_reason is null
order by sheet_rows.row_number
limit 10

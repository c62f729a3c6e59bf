-- The first rows that can be used, as they were understood, for a preview.
select
    cast(sheet_rows.visited_on as text) as visited_on,
    sheet_rows.phone as customer_phone,
    sheet_rows.ref as customer_ref,
    sheet_rows.name as customer_name,
    memberships.name as handled_by,
    sheet_rows.visit_type,
    sheet_rows.purpose,
    sheet_rows.interest,
    sheet_rows.outcome,
    cast(sheet_rows.estimated_value as text) as estimated_value,
    sheet_rows.notes
from sheet_rows
inner join sheet_buyers on sheet_rows.buyer = sheet_buyers.buyer
inner join sheet_visits
    on
        sheet_buyers.customer_id = sheet_visits.customer_id
        and sheet_rows.visited_on = sheet_visits.visited_on
left join memberships
    on
        memberships.shop_id = :shop_id
        and sheet_rows.rep_id = memberships.staff_id
where sheet_visits.state <> 'refused'
order by sheet_rows.row_number
limit 10

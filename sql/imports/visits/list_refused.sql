-- Every refused row, and why: what is wrong with the row itself, else with its visit.
insert into sheet_refused (row_number, field, value, reason)
select
    sheet_rows.row_number,
    sheet_rows.refused_column,
    sheet_rows.refused_value,
    coalesce(sheet_rows.refused_reason, sheet_visits.refused_reason)
from sheet_rows
left join sheet_buyers on sheet_rows.buyer = sheet_buyers.buyer
left join sheet_visits
    on
        sheet_buyers.customer_id = sheet_visits.customer_id
        and sheet_rows.visited_on = sheet_visits.visited_on
where coalesce(sheet_rows.refused_reason, sheet_visits.refused_reason) is not null

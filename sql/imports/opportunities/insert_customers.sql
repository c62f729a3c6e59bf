-- Accounts that are not on file come on file, if an opportunity that goes in names them.
insert into customers (
    shop_id, id, name, status, import_id, created_on, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    sheet_meanings.id,
    sheet_meanings.called,
    case when bool_or(sheet_deals.status = 'won') then 'active' else 'lead' end,
    :import_id,
    :today,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_meanings
inner join sheet_deals on sheet_meanings.id = sheet_deals.customer_id
where
    sheet_meanings.kind = 'customer'
    and sheet_meanings.is_new
    and sheet_deals.state in ('new', 'changed')
group by
    sheet_meanings.id,
    sheet_meanings.called,
    sheet_meanings.first_row
order by sheet_meanings.first_row
returning
    id,
    name

-- Changed customers say what the file says; an empty cell erases nothing.
update customers
set
    name = coalesce(sheet_rows.name, customers.name),
    phone = coalesce(sheet_rows.phone, customers.phone),
    phone_typed = coalesce(sheet_rows.phone_typed, customers.phone_typed),
    external_ref = coalesce(sheet_rows.ref, customers.external_ref),
    email = coalesce(sheet_rows.email, customers.email),
    birth_day = coalesce(sheet_rows.birth_day, customers.birth_day),
    birth_month = coalesce(sheet_rows.birth_month, customers.birth_month),
    birth_year = coalesce(sheet_rows.birth_year, customers.birth_year),
    address = coalesce(sheet_rows.address, customers.address),
    city = coalesce(sheet_rows.city, customers.city),
    category = coalesce(sheet_rows.category, customers.category),
    source = coalesce(sheet_rows.source, customers.source),
    notes = coalesce(sheet_rows.notes, customers.notes),
    rep_id = coalesce(sheet_rows.rep_id, customers.rep_id),
    updated_at = :now,
    updated_by = :staff_id
from sheet_rows
inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
where
    customers.shop_id = :shop_id
    and customers.id = sheet_customers.customer_id
    and sheet_customers.state = 'changed'
returning
    customers.id,
    customers.name

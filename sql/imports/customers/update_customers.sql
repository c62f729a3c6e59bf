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
    company_name = coalesce(sheet_rows.company, customers.company_name),
    status = coalesce(sheet_rows.status, customers.status),
    gender = coalesce(sheet_rows.gender, customers.gender),
    language = coalesce(sheet_rows.language, customers.language),
    floor = coalesce(sheet_rows.floor, customers.floor),
    state = coalesce(sheet_rows.state, customers.state),
    postcode = coalesce(sheet_rows.postcode, customers.postcode),
    latitude = coalesce(sheet_rows.latitude, customers.latitude),
    longitude = coalesce(sheet_rows.longitude, customers.longitude),
    formatted_address = coalesce(sheet_rows.formatted_address, customers.formatted_address),
    industry = coalesce(sheet_rows.industry, customers.industry),
    segment = coalesce(sheet_rows.segment, customers.segment),
    lifecycle_stage = coalesce(sheet_rows.lifecycle_stage, customers.lifecycle_stage),
    engagement_level = coalesce(sheet_rows.engagement_level, customers.engagement_level),
    preferred_network = coalesce(sheet_rows.preferred_network, customers.preferred_network),
    generic_preference = coalesce(sheet_rows.generic_preference, customers.generic_preference),
    custom = customers.custom || coalesce(sheet_rows.custom, '{}'),
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

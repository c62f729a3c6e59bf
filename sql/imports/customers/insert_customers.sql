-- The customers that are not on file yet.
insert into customers (
    shop_id, id, name, phone, phone_typed, external_ref, email, birth_day, birth_month, birth_year, address, city, category,
    source, notes, rep_id, company_name, status, gender, language, floor, state, postcode, latitude,
    longitude, formatted_address, industry, segment, lifecycle_stage, engagement_level, preferred_network, generic_preference,
    custom, import_id, created_on, created_at, created_by, updated_at, updated_by
)
select
    :shop_id,
    sheet_customers.customer_id,
    sheet_rows.name,
    sheet_rows.phone,
    sheet_rows.phone_typed,
    sheet_rows.ref,
    sheet_rows.email,
    sheet_rows.birth_day,
    sheet_rows.birth_month,
    sheet_rows.birth_year,
    sheet_rows.address,
    sheet_rows.city,
    sheet_rows.category,
    sheet_rows.source,
    sheet_rows.notes,
    sheet_rows.rep_id,
    sheet_rows.company,
    coalesce(sheet_rows.status, 'lead'),
    sheet_rows.gender,
    sheet_rows.language,
    sheet_rows.floor,
    sheet_rows.state,
    sheet_rows.postcode,
    sheet_rows.latitude,
    sheet_rows.longitude,
    sheet_rows.formatted_address,
    sheet_rows.industry,
    sheet_rows.segment,
    sheet_rows.lifecycle_stage,
    sheet_rows.engagement_level,
    sheet_rows.preferred_network,
    sheet_rows.generic_preference,
    coalesce(sheet_rows.custom, '{}'),
    :import_id,
    :today,
    :now,
    :staff_id,
    :now,
    :staff_id
from sheet_rows
inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
where sheet_customers.state = 'new'
order by sheet_rows.row_number
returning
    id,
    name

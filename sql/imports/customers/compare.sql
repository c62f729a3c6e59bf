-- Customers of whom the file says something else than what is on file have changed; an empty cell is no difference.
update sheet_customers
set state = 'changed'
from sheet_rows
inner join customers on customers.shop_id = :shop_id
where
    sheet_customers.row_number = sheet_rows.row_number
    and sheet_customers.customer_id = customers.id
    and sheet_customers.state = 'known'
    and (
        customers.phone is distinct from coalesce(sheet_rows.phone, customers.phone)
        or customers.external_ref is distinct from coalesce(sheet_rows.ref, customers.external_ref)
        or customers.name is distinct from coalesce(sheet_rows.name, customers.name)
        or customers.email is distinct from coalesce(sheet_rows.email, customers.email)
        or customers.birth_day is distinct from coalesce(sheet_rows.birth_day, customers.birth_day)
        or customers.birth_month is distinct from coalesce(sheet_rows.birth_month, customers.birth_month)
        or customers.birth_year is distinct from coalesce(sheet_rows.birth_year, customers.birth_year)
        or customers.address is distinct from coalesce(sheet_rows.address, customers.address)
        or customers.city is distinct from coalesce(sheet_rows.city, customers.city)
        or customers.category is distinct from coalesce(sheet_rows.category, customers.category)
        or customers.source is distinct from coalesce(sheet_rows.source, customers.source)
        or customers.notes is distinct from coalesce(sheet_rows.notes, customers.notes)
        or customers.rep_id is distinct from coalesce(sheet_rows.rep_id, customers.rep_id)
        or customers.company_name is distinct from coalesce(sheet_rows.company, customers.company_name)
        or customers.status <> coalesce(sheet_rows.status, customers.status)
        or customers.gender is distinct from coalesce(sheet_rows.gender, customers.gender)
        or customers.language is distinct from coalesce(sheet_rows.language, customers.language)
        or customers.floor is distinct from coalesce(sheet_rows.floor, customers.floor)
        or customers.state is distinct from coalesce(sheet_rows.state, customers.state)
        or customers.postcode is distinct from coalesce(sheet_rows.postcode, customers.postcode)
        or customers.latitude is distinct from coalesce(sheet_rows.latitude, customers.latitude)
        or customers.longitude is distinct from coalesce(sheet_rows.longitude, customers.longitude)
        or customers.formatted_address is distinct from coalesce(sheet_rows.formatted_address, customers.formatted_address)
        or customers.industry is distinct from coalesce(sheet_rows.industry, customers.industry)
        or customers.segment is distinct from coalesce(sheet_rows.segment, customers.segment)
        or customers.lifecycle_stage is distinct from coalesce(sheet_rows.lifecycle_stage, customers.lifecycle_stage)
        or customers.engagement_level is distinct from coalesce(sheet_rows.engagement_level, customers.engagement_level)
        or customers.preferred_network is distinct from coalesce(sheet_rows.preferred_network, customers.preferred_network)
        or customers.generic_preference is distinct from coalesce(sheet_rows.generic_preference, customers.generic_preference)
        or not customers.custom @> coalesce(sheet_rows.custom, '{}')
    )

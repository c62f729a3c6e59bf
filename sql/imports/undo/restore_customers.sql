-- Changed customers say again what they said before.
update customers
set
    name = old.name,
    phone = old.phone,
    phone_typed = old.phone_typed,
    external_ref = old.external_ref,
    email = old.email,
    birth_day = old.birth_day,
    birth_month = old.birth_month,
    birth_year = old.birth_year,
    address = old.address,
    city = old.city,
    category = old.category,
    source = old.source,
    notes = old.notes,
    rep_id = old.rep_id,
    company_name = old.company_name,
    status = old.status,
    gender = old.gender,
    language = old.language,
    floor = old.floor,
    state = old.state,
    postcode = old.postcode,
    latitude = old.latitude,
    longitude = old.longitude,
    formatted_address = old.formatted_address,
    industry = old.industry,
    segment = old.segment,
    lifecycle_stage = old.lifecycle_stage,
    engagement_level = old.engagement_level,
    preferred_network = old.preferred_network,
    generic_preference = old.generic_preference,
    custom = old.custom,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as customers), undo_subjects.before -> 'customer') as old
where
    customers.shop_id = :shop_id
    and customers.id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and not undo_subjects.is_new
    and undo_subjects.kept is null
returning
    customers.id,
    customers.name

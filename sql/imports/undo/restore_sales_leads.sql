-- Changed leads say again what they said before.
update leads
set
    ref = old.ref,
    name = old.name,
    company = old.company,
    job_title = old.job_title,
    phone = old.phone,
    phone_typed = old.phone_typed,
    email = old.email,
    website = old.website,
    city = old.city,
    postcode = old.postcode,
    source = old.source,
    quality = old.quality,
    status = old.status,
    converted_on = old.converted_on,
    converted_at = old.converted_at,
    customer_id = old.customer_id,
    created_on = old.created_on,
    notes = old.notes,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as leads), undo_subjects.before -> 'sales lead') as old
where
    leads.shop_id = :shop_id
    and leads.id = undo_subjects.subject_id
    and undo_subjects.subject = 'lead'
    and not undo_subjects.is_new
    and undo_subjects.kept is null
returning
    leads.id,
    concat_ws(' ', leads.name, leads.company) as name

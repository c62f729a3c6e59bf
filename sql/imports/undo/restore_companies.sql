-- Changed companies say again what they said before.
update companies
set
    website = old.website,
    employees = old.employees,
    annual_revenue = old.annual_revenue,
    tax_number = old.tax_number,
    updated_at = :now,
    updated_by = :staff_id
from undo_subjects
cross join lateral jsonb_populate_record(cast(null as companies), undo_subjects.before -> 'company') as old
where
    companies.shop_id = :shop_id
    and companies.customer_id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and not undo_subjects.is_new
    and undo_subjects.kept is null
    and jsonb_typeof(undo_subjects.before -> 'company') = 'object'

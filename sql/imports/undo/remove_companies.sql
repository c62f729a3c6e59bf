-- Customers whom the import made companies, and who were on file before, are none again.
delete from companies
using undo_subjects
where
    companies.shop_id = :shop_id
    and companies.customer_id = undo_subjects.subject_id
    and undo_subjects.subject = 'customer'
    and not undo_subjects.is_new
    and undo_subjects.kept is null
    and undo_subjects.before -> 'company' = 'null'

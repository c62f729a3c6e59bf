-- The timeline of what happened lately in a demo shop, in order.
insert into activities (shop_id, id, at, staff_id, what, subject, subject_id, customer_id, detail)
select
    :shop_id,
    id,
    at,
    staff_id,
    what,
    subject,
    subject_id,
    customer_id,
    detail
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    at timestamptz,
    staff_id uuid,
    what text,
    subject text,
    subject_id uuid,
    customer_id uuid,
    detail jsonb
)
on conflict do nothing

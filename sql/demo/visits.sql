-- Write down visits to a demo shop; a customer who has a visit that day already keeps it.
insert into visits (
    shop_id,
    id,
    customer_id,
    visited_at,
    visited_on,
    handled_by,
    visit_type,
    purpose,
    interest,
    categories,
    outcome,
    estimated_value,
    notes,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    :shop_id,
    given.id,
    customers.id,
    given.visited_at,
    given.visited_on,
    given.handled_by,
    given.visit_type,
    given.purpose,
    given.interest,
    array(select jsonb_array_elements_text(given.categories)),
    given.outcome,
    given.estimated_value,
    given.notes,
    given.visited_at,
    given.handled_by,
    given.visited_at,
    given.handled_by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    customer_id uuid,
    visited_at timestamptz,
    visited_on date,
    handled_by uuid,
    visit_type text,
    purpose text,
    interest text,
    categories jsonb,
    outcome text,
    estimated_value numeric,
    notes text
)
inner join customers
    on
        customers.shop_id = :shop_id
        and given.customer_id = customers.id
on conflict do nothing

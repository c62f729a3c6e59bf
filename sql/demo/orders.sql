-- Record sales and returns of a demo shop, with the customer's name and phone as they are on file.
insert into orders (
    shop_id,
    id,
    number,
    status,
    ordered_at,
    ordered_on,
    customer_id,
    customer_name,
    customer_phone,
    customer_address,
    customer_category,
    rep_id,
    total,
    quantity,
    returns_order_id,
    payment_method,
    source_slug,
    created_at,
    created_by,
    updated_at,
    updated_by
)
select
    :shop_id,
    given.id,
    given.number,
    given.status,
    given.ordered_at,
    given.ordered_on,
    customers.id,
    customers.name,
    customers.phone,
    customers.address,
    customers.category,
    given.rep_id,
    given.total,
    given.quantity,
    given.returns_order_id,
    given.payment_method,
    given.source_slug,
    given.ordered_at,
    given.taken_by,
    given.ordered_at,
    given.taken_by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    number text,
    status text,
    ordered_at timestamptz,
    ordered_on date,
    customer_id uuid,
    rep_id uuid,
    total numeric,
    quantity numeric,
    returns_order_id uuid,
    payment_method text,
    source_slug text,
    taken_by uuid
)
left join customers
    on
        customers.shop_id = :shop_id
        and given.customer_id = customers.id
on conflict do nothing

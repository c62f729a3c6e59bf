-- Reviews that companies gave a demo shop without being asked.
insert into reviews (shop_id, id, customer_id, given_at, given_on, rating, created_at, updated_at)
select
    :shop_id,
    given.id,
    given.customer_id,
    given.at,
    given.given_on,
    given.rating,
    given.at,
    given.at
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    customer_id uuid,
    at timestamptz,
    given_on date,
    rating smallint
)
on conflict do nothing

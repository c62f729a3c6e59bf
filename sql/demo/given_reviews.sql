-- The reviews that customers of a demo shop gave.
update reviews
set
    given_at = given.given_at,
    given_on = given.given_on,
    rating = given.rating,
    review = given.review,
    updated_at = given.given_at
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    id uuid,
    given_at timestamptz,
    given_on date,
    rating smallint,
    review text
)
where
    reviews.shop_id = :shop_id
    and reviews.id = given.id
    and reviews.given_at is null

-- Of the reviews asked for in the period, the share that was given; beside it how many were given in the period, asked for
-- or not, and their average rating. Reviews of customers who are hidden don't count.
with

asked as (

    select
        count(*) as requested,
        count(reviews.given_at) as answered
    from reviews
    inner join customers
        on
            reviews.shop_id = customers.shop_id
            and reviews.customer_id = customers.id
    where
        reviews.shop_id = :shop_id
        and reviews.requested_on >= :since
        and reviews.requested_on < :until
        and customers.hidden_at is null

),

given as (

    select
        count(*) as given,
        avg(reviews.rating) as average_rating
    from reviews
    inner join customers
        on
            reviews.shop_id = customers.shop_id
            and reviews.customer_id = customers.id
    where
        reviews.shop_id = :shop_id
        and reviews.given_on >= :since
        and reviews.given_on < :until
        and customers.hidden_at is null

),

both_counts as (

    select
        asked.requested,
        asked.answered,
        given.given,
        round(given.average_rating, 4) as average_rating
    from asked
    cross join given

)

select
    answered as part,
    requested as whole,
    json_build_array(row_to_json(both_counts)) as rows
from both_counts

-- Customers who are not hidden and have a place within so many degrees of another place, at most 300.
select
    id,
    latitude,
    longitude
from customers
where
    shop_id = :shop_id
    and hidden_at is null
    and latitude >= cast(:latitude as numeric) - :reach
    and latitude <= cast(:latitude as numeric) + :reach
    and longitude >= cast(:longitude as numeric) - :reach_of_longitude
    and longitude <= cast(:longitude as numeric) + :reach_of_longitude
    and id <> :customer_id
order by id
limit 300

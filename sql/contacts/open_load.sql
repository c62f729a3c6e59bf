-- How many open contacts each person has.
select
    assigned_to as staff_id,
    count(*) as open
from contacts
where
    shop_id = :shop_id
    and assigned_to is not null
    and status in ('pending', 'contacted')
group by assigned_to

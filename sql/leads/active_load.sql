-- How many active leads each person has: new, contacted or qualified ones.
select
    assigned_to as staff_id,
    count(*) as active
from leads
where
    shop_id = :shop_id
    and assigned_to is not null
    and status in ('new', 'contacted', 'qualified')
group by assigned_to

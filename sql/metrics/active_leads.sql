-- Leads that may still become customers: new, contacted or qualified, as of now.
select count(*) as value
from leads
where
    shop_id = :shop_id
    and status in ('new', 'contacted', 'qualified')

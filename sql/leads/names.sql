-- What every lead is called, name and company in one: the words it is found by.
select
    id,
    concat_ws(' ', name, company) as name
from leads
where shop_id = :shop_id

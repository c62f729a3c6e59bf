-- Visits of the file that are on file already get the id they have there.
update sheet_visits
set
    visit_id = visits.id,
    state = 'stored'
from visits
where
    visits.shop_id = :shop_id
    and visits.customer_id = sheet_visits.customer_id
    and visits.visited_on = sheet_visits.visited_on

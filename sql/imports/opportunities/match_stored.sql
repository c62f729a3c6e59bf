-- Opportunities of the file that are on file already get the id they have there.
update sheet_deals
set
    opportunity_id = opportunities.id,
    state = 'stored'
from opportunities
where
    opportunities.shop_id = :shop_id
    and opportunities.ref = sheet_deals.ref
    and sheet_deals.state = 'new'

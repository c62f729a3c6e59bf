-- The opportunities on file that the file changes.
select opportunity_id
from sheet_deals
where state = 'changed'

-- Opportunities that are open now.
select cast(coalesce(sum(deals), 0) as integer) as value
from open_sums(:shop_id, cast(:these as jsonb))

-- What all open opportunities are worth together.
-- Those without a value count as worth nothing.
select coalesce(sum(value), 0) as value
from open_sums(:shop_id, cast(:these as jsonb))

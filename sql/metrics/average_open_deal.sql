-- What an open opportunity is worth on average.
-- Those without a value count as worth nothing.
select
    coalesce(sum(value), 0) as part,
    cast(coalesce(sum(deals), 0) as integer) as whole
from open_sums(:shop_id, cast(:these as jsonb))

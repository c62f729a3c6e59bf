-- What an opportunity won in the period brought, on average.
-- A won one without a value counts as worth nothing.
select
    coalesce(sum(won_value), 0) as part,
    cast(coalesce(sum(won), 0) as integer) as whole
from closed_sums(:shop_id, cast(:these as jsonb), :since, :until)

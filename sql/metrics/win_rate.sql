-- Of the opportunities that closed in the period, the share that was won.
select
    cast(coalesce(sum(won), 0) as integer) as part,
    cast(coalesce(sum(won + lost), 0) as integer) as whole
from closed_sums(:shop_id, cast(:these as jsonb), :since, :until)

-- Days from the beginning of an opportunity to its sale, on average of those won in the period.
-- lost, lost_days: the same of those that were lost, which don't count in the average.
select
    cast(coalesce(sum(won_days), 0) as integer) as part,
    cast(coalesce(sum(won), 0) as integer) as whole,
    jsonb_build_array(
        jsonb_build_object(
            'lost', coalesce(sum(lost), 0),
            'lost_days', coalesce(sum(lost_days), 0)
        )
    ) as rows
from closed_sums(:shop_id, cast(:these as jsonb), :since, :until)

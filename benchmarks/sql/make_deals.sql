-- Made-up opportunities over five years up to a day: nine of ten ended, four of ten of these won; one of ten without a
-- value. Stages 1 to 4 are open, 5 is won, 6 lost, in the order of `stages`.
insert into opportunities (
    shop_id, id, ref, name, stage_id, status, value, expected_close_on, source, reason_id, rep_id, territory_id,
    stage_since, stage_since_on, created_on, closed_on
)
select
    :shop_id,
    cast(md5(cast(:shop_id as text) || 'deal' || nth) as uuid),
    'D' || nth,
    'Deal ' || nth,
    (cast(:stages as uuid[]))[case when told.is_open then 1 + nth % 4 when told.is_won then 5 else 6 end],
    case when told.is_open then 'open' when told.is_won then 'won' else 'lost' end,
    case when nth % 10 > 0 then 1000 + nth * 7919 % 100000 end,
    case when told.is_open then told.began + 20 + cast(nth % 100 as integer) end,
    (array['Website', 'Trade fair', 'Referral', 'Cold call'])[1 + nth % 4],
    case
        when not told.is_open and not told.is_won
            then (cast(:reasons as uuid[]))[1 + nth % cardinality(cast(:reasons as uuid[]))]
    end,
    (cast(:reps as uuid[]))[1 + nth % cardinality(cast(:reps as uuid[]))],
    (cast(:territories as uuid[]))[1 + nth / 7 % cardinality(cast(:territories as uuid[]))],
    told.began + 12 + interval '6 hours',
    told.began + 12,
    told.began,
    case when not told.is_open then told.began + 20 + cast(nth % 60 as integer) end
from generate_series(1, cast(:deals as bigint)) as nth
cross join lateral (
    select
        nth % 10 = 3 as is_open,
        nth % 5 < 2 as is_won,
        case
            when nth % 10 = 3 then cast(:today as date) - 13 - cast(nth * 7919 % 120 as integer)
            else cast(:today as date) - 80 - cast(nth * 7919 % 1740 as integer)
        end as began
) as told

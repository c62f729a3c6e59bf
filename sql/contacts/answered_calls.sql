-- Calls the shop made in the period whose outcome was written down, and how many were answered, by weekday (1 is Monday) and
-- by the hour of the shop's clock.
select
    cast(extract(isodow from happened_at at time zone cast(:zone as text)) as integer) as weekday,
    cast(extract(hour from happened_at at time zone cast(:zone as text)) as integer) as hour,
    count(*) as calls,
    count(*) filter (where outcome <> 'No answer') as answered
from interactions
where
    shop_id = :shop_id
    and kind = 'call'
    and coalesce(direction, 'out') = 'out'
    and outcome is not null
    and happened_on >= :since
    and happened_on < :until
group by
    weekday,
    hour
order by
    weekday,
    hour

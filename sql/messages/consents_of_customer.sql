-- What one customer last said about each channel and purpose, and who wrote it down.
select distinct on (consents.channel, consents.purpose)
    consents.channel,
    consents.purpose,
    consents.state,
    consents.source,
    consents.recorded_at,
    memberships.name as by
from consents
left join memberships
    on
        consents.shop_id = memberships.shop_id
        and consents.recorded_by = memberships.staff_id
where
    consents.shop_id = :shop_id
    and consents.customer_id = :customer_id
order by
    consents.channel,
    consents.purpose,
    consents.recorded_at desc,
    consents.id desc

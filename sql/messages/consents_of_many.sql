-- What each of these customers last said about each channel and purpose.
select distinct on (customer_id, channel, purpose)
    customer_id,
    channel,
    purpose,
    state
from consents
where
    shop_id = :shop_id
    and customer_id = any(cast(:customer_ids as uuid []))
order by
    customer_id,
    channel,
    purpose,
    recorded_at desc,
    id desc

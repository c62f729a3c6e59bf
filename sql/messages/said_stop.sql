-- From which of these addresses somebody wrote a word that means stop, on this channel.
select distinct address
from message_replies
where
    shop_id = :shop_id
    and channel = :channel
    and address = any(cast(:addresses as text []))
    and asks_to_stop

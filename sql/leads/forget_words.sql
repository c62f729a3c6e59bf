-- The words these leads were found by go.
delete from lead_words
where
    shop_id = :shop_id
    and lead_id = any(cast(:lead_ids as uuid []))

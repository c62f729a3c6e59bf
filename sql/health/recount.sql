-- Sets the health score of these customers, or of everybody, from the truth.
select recount_health(:shop_id, cast(:customer_ids as uuid[]))

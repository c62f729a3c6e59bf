-- Sets the day these customers were last talked with from the truth.
select recount_talk(:shop_id, cast(:customer_ids as uuid[]))

-- What a customer bought last of each medicine that lasts for so many days, the newest first.
select distinct on (medicine_key)
    medicine_key,
    product_id,
    medicine,
    order_id,
    purchased_on,
    quantity,
    days,
    purchased_on + days as runs_out_on
from medicine_purchases
where
    shop_id = :shop_id
    and customer_id = cast(:customer_id as uuid)
    and days >= 1
order by
    medicine_key,
    purchased_on desc,
    ordered_at desc,
    order_id desc

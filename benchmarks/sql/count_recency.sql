-- Fill recency_days from the truth.
insert into recency_days (shop_id, day, slot, last_bought, spells_begun, spells_ended)
select
    shop_id,
    day,
    0,
    last_bought,
    spells_begun,
    spells_ended
from recency_day_truth
where shop_id = :shop_id

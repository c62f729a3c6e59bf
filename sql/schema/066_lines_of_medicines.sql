-- What was sold with a number of days it lasts: the figures of medicines are asked of every shop, and most sell none.
create index order_items_medicines on order_items (shop_id, order_id) where medicine_days is not null;

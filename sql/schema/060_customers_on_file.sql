-- Everybody on file, by an index alone: how many carry a tag, have a deal, are companies or are doing badly is told without
-- reading the customers' own rows. No counter stands in it, so that an update of one touches no index.
create index customers_on_file on customers (shop_id, id) where hidden_at is null;

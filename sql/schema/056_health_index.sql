-- Who is red is told by the score of a day: an index that names the customers too, so that their rows, of which there is
-- one a customer and day, need not be read.
create index health_scores_of_day on health_scores (shop_id, scored_on, score) include (customer_id);

drop index health_scores_day;

-- Who has something planned, and for when, and who has nothing.
create index follow_ups_planned on follow_ups (shop_id, customer_id, due_on)
where closed_at is null and customer_id is not null;

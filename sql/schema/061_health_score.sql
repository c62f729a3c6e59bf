-- How a customer was doing on the last day that counts stands with the customer, so that nobody joins the scores of a day
-- with everybody on file to find who is red. It is a counter: sql/views/health_truth.sql says what it means,
-- sql/functions/health.sql sets it, for shops that were there before as well. A morning changes the scores of many: no
-- index holds them, so that the new row stays on its page and no other index is written.

alter table customers add column health_score smallint;

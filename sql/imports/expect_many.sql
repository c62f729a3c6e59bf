-- For files of many rows: join by hashing. What was loaded a moment ago has no statistics yet, and the planner, taking
-- it for a handful of rows, would compare every row with every other.
set local enable_nestloop = off

-- Whole shops are joined here, by hashing. For a shop that came a moment ago the planner has no statistics yet, and
-- taking it for a handful of rows would compare every row with every other. For this transaction only.
set local enable_nestloop = off

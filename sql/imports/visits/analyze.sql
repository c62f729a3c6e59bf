-- Tell the planner what the file holds.
analyze sheet_rows, sheet_buyers, sheet_visits

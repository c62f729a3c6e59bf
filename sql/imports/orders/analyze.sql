-- Tell the planner what the file holds.
analyze sheet_orders, sheet_buyers

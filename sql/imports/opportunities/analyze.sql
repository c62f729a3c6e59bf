-- Tell the planner what the file holds.
analyze sheet_rows, sheet_deals, sheet_meanings, sheet_people

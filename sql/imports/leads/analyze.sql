-- Tell the planner what the file holds.
analyze sheet_rows, sheet_leads, sheet_people

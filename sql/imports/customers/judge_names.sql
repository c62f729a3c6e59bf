-- Tell the planner what the names are, before they are joined.
analyze sheet_rows

-- Tell the planner what the words are, before they are joined.
analyze sheet_rows, sheet_meanings

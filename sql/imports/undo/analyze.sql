-- Tell the planner how much there is to undo.
analyze undo_subjects

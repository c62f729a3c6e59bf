-- Tell the planner of what was loaded: see the function.
select gather_statistics(:loaded)

-- Tell the planner of what was loaded, last of all: see the function.
select gather_statistics(:loaded)

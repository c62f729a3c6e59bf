-- Sorting and joining a whole file in memory, for this transaction only.
set local work_mem = '128MB'

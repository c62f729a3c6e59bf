-- What the application does in the queue: it puts jobs in and takes them out, but makes and changes no table.
grant usage on schema jobs to regulars_app, regulars_own;

grant select, insert, update, delete on all tables in schema jobs to regulars_app, regulars_own;

grant usage on all sequences in schema jobs to regulars_app, regulars_own;

-- Where the application's role looks for tables in this database, if that was ever said.
select setting
from pg_db_role_setting
cross join lateral unnest(setconfig) as setting
where
    setrole = to_regrole('regulars_app')
    and setdatabase = (
        select oid
        from pg_database
        where datname = current_database()
    )
    and setting like 'search_path=%'

-- The role the application works as, if row policies don't hold it: as a superuser, with leave to bypass them, or as the
-- owner of a table, who may switch them off. No row when all is well.
select cast(pg_roles.rolname as text) as name
from pg_roles
where
    pg_roles.rolname = current_user
    and (
        pg_roles.rolsuper
        or pg_roles.rolbypassrls
        or exists (
            select 1
            from pg_class
            where
                pg_class.relkind in ('r', 'p')
                and pg_class.relnamespace = cast('public' as regnamespace)
                and pg_has_role(pg_roles.oid, pg_class.relowner, 'member')
        )
    )

-- What must hold of every table, view, function and role. Each query names what breaks the rule written above it.
-- Bound: tenant, insert_only and definers are lists of names; policy is the one policy's text.

-- rule: shop_id is a uuid and never null
select relname
from pg_class
where
    relname = any(:tenant)
    and relnamespace = cast('public' as regnamespace)
    and not exists (
        select 1
        from pg_attribute
        where
            attrelid = pg_class.oid
            and attname = 'shop_id'
            and attnotnull
            and atttypid = cast('uuid' as regtype)
    );

-- rule: there is a primary key
select relname
from pg_class
where
    relname = any(:tenant)
    and relnamespace = cast('public' as regnamespace)
    and not exists (
        select 1
        from pg_index
        where
            indrelid = pg_class.oid
            and indisprimary
    );

-- rule: every key, unique constraint and index begins with shop_id
select cast(cast(indexrelid as regclass) as text)
from pg_class
inner join pg_index on pg_class.oid = pg_index.indrelid
left join pg_attribute
    on
        pg_index.indrelid = pg_attribute.attrelid
        and pg_attribute.attnum = pg_index.indkey[0]
where
    relname = any(:tenant)
    and relnamespace = cast('public' as regnamespace)
    and attname is distinct from 'shop_id';

-- rule: every foreign key begins with shop_id, and leads to the same shop
select conname
from pg_class
inner join pg_constraint
    on
        pg_class.oid = pg_constraint.conrelid
        and pg_constraint.contype = 'f'
inner join pg_class as parent on pg_constraint.confrelid = parent.oid
where
    pg_class.relname = any(:tenant)
    and pg_class.relnamespace = cast('public' as regnamespace)
    and case
        when parent.relname = any(:tenant)
            then pg_get_constraintdef(pg_constraint.oid) !~ '^FOREIGN KEY [(]shop_id, .*[)] REFERENCES .*[(]shop_id, '
        else parent.relname not in ('shops', 'staff')
    end;

-- rule: row security is enabled and forced
select relname
from pg_class
where
    relname = any(:tenant)
    and relnamespace = cast('public' as regnamespace)
    and not (relrowsecurity and relforcerowsecurity);

-- rule: one policy opens the table, for all verbs and roles, comparing plainly
select relname
from pg_class
where
    relname = any(:tenant)
    and relnamespace = cast('public' as regnamespace)
    and (
        select
            count(*) <> 1
            or not bool_and(
                polcmd = '*'
                and polroles = '{0}'
                and polwithcheck is null
                and pg_get_expr(polqual, polrelid) = :policy
            )
        from pg_policy
        where
            polrelid = pg_class.oid
            and polpermissive
    );

-- rule: a policy that narrows binds regulars_own alone
select relname
from pg_class
inner join pg_policy on pg_class.oid = pg_policy.polrelid
where
    relname = any(:tenant)
    and relnamespace = cast('public' as regnamespace)
    and not polpermissive
    and polroles <> array[cast(cast('regulars_own' as regrole) as oid)];

-- rule: no trigger of our own
select tgname
from pg_trigger
inner join pg_class on pg_trigger.tgrelid = pg_class.oid
where
    relnamespace = cast('public' as regnamespace)
    and not tgisinternal;

-- rule: no rule
select rulename
from pg_rules
where schemaname = 'public';

-- rule: no foreign key sets null
select conname
from pg_constraint
where
    contype = 'f'
    and connamespace = cast('public' as regnamespace)
    and 'n' in (confdeltype, confupdtype);

-- rule: every view runs with its reader's rights
select relname
from pg_class
where
    relkind = 'v'
    and relnamespace = cast('public' as regnamespace)
    and not coalesce(reloptions @> array['security_invoker=true'], false);

-- rule: no materialized view, sequence or foreign table
select relname
from pg_class
where
    relkind in ('m', 'S', 'f')
    and relnamespace = cast('public' as regnamespace);

-- rule: every function runs with its caller's rights
select proname
from pg_proc
where
    prosecdef
    and pronamespace = cast('public' as regnamespace)
    and not proname = any(:definers);

-- rule: a function with its owner's rights has a search path of its own and is not for everybody
select proname
from pg_proc
where
    prosecdef
    and pronamespace = cast('public' as regnamespace)
    and (
        not coalesce(proconfig @> array['search_path=public, pg_temp'], false)
        or has_function_privilege('pg_monitor', oid, 'execute')
    );

-- rule: no extension but plpgsql
select extname
from pg_extension
where extname <> 'plpgsql';

-- rule: regulars_app owns nothing
select cast(cast(classid as regclass) as text)
from pg_shdepend
where
    refobjid = cast('regulars_app' as regrole)
    and deptype = 'o';

-- rule: regulars_app has no rights beyond its grants
select rolname
from pg_roles
where
    rolname = 'regulars_app'
    and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication);

-- rule: regulars_app belongs to no other role but regulars_own, which it has to take on
select cast(cast(roleid as regrole) as text)
from pg_auth_members
where
    member = cast('regulars_app' as regrole)
    and not (
        roleid = cast('regulars_own' as regrole)
        and set_option
        and not inherit_option
        and not admin_option
    );

-- rule: regulars_own is held by row policies and signs in nowhere
select rolname
from pg_roles
where
    rolname = 'regulars_own'
    and (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication);

-- rule: regulars_own belongs to no role
select cast(cast(roleid as regrole) as text)
from pg_auth_members
where member = cast('regulars_own' as regrole);

-- rule: regulars_own may touch what regulars_app may, and nothing else
select cast(cast(pg_class.oid as regclass) as text) || ' ' || privilege
from pg_class
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
where
    relkind in ('r', 'p', 'v')
    and relnamespace <> all(array[cast('pg_catalog' as regnamespace), cast('information_schema' as regnamespace)])
    and relname <> 'alembic_version'
    and has_table_privilege('regulars_app', pg_class.oid, privilege)
    <> has_table_privilege('regulars_own', pg_class.oid, privilege);

-- rule: regulars_app neither truncates, nor refers to, nor triggers on a table
select relname
from pg_class
where
    relkind in ('r', 'p', 'v')
    and relnamespace = cast('public' as regnamespace)
    and has_table_privilege('regulars_app', oid, 'truncate, references, trigger');

-- rule: the record is insert-only for regulars_app
select relname
from pg_class
where
    relname = any(:insert_only)
    and relnamespace = cast('public' as regnamespace)
    and (
        has_table_privilege('regulars_app', oid, 'update, delete')
        or has_any_column_privilege('regulars_app', oid, 'update')
    );

-- rule: regulars_app can't say which schema steps ran
select 'alembic_version'
where has_table_privilege('regulars_app', 'alembic_version', 'insert, update, delete');

-- rule: regulars_app makes nothing in the schema
select 'public'
where has_schema_privilege('regulars_app', 'public', 'create');

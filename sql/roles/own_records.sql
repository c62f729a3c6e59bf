-- The role regulars_own, if there is one: whether no row policy would hold it, whether regulars_app can take it on, and
-- whether regulars_app, unless it is a superuser, has its rights, and with them its policies, without doing so.
select
    own_records.rolsuper or own_records.rolbypassrls as sees_all,
    pg_has_role(application.oid, own_records.oid, 'member') as can_be_taken_on,
    pg_has_role(application.oid, own_records.oid, 'usage') and not application.rolsuper as is_inherited
from pg_roles as own_records
left join pg_roles as application on application.rolname = 'regulars_app'
where own_records.rolname = 'regulars_own'

-- Tables with a shop's rows that row policies do not guard. Two global ones only say where a sign-in leads.
select cast(pg_class.relname as text) as name
from pg_class
inner join pg_attribute on pg_class.oid = pg_attribute.attrelid
where
    pg_class.relkind in ('r', 'p')
    and pg_class.relnamespace = cast('public' as regnamespace)
    and pg_class.relname not in ('staff_shops', 'sign_in_sessions')
    and pg_attribute.attname = 'shop_id'
    and not (pg_class.relrowsecurity and pg_class.relforcerowsecurity)
order by pg_class.relname

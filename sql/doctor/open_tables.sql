-- Tables with a shop's rows that are not guarded by row security and by one policy, which says `expected` and no more.
-- Others may only narrow what it shows.
-- Three global ones only say where a sign-in, or a calendar's address, leads.
select cast(pg_class.relname as text) as name
from pg_class
inner join pg_attribute on pg_class.oid = pg_attribute.attrelid
where
    pg_class.relkind in ('r', 'p')
    and pg_class.relnamespace = cast('public' as regnamespace)
    and pg_class.relname not in ('staff_shops', 'sign_in_sessions', 'calendar_feeds')
    and pg_attribute.attname = 'shop_id'
    and not (
        pg_class.relrowsecurity
        and pg_class.relforcerowsecurity
        and (
            select
                count(*) = 1
                and bool_and(
                    pg_policies.cmd = 'ALL'
                    and pg_policies.roles = cast('{public}' as name [])
                    and pg_policies.qual = :expected
                    and pg_policies.with_check is null
                )
            from pg_policies
            where
                pg_policies.schemaname = 'public'
                and pg_policies.tablename = pg_class.relname
                and pg_policies.permissive = 'PERMISSIVE'
        )
    )
order by pg_class.relname
